#if Configuration
import Configuration
import HTTPTypes
import Logging
import Testing
import Tracify
import TracifyConfiguration
import TracifyHTTP

struct TracifySettingsTests {
    private func settings(_ variables: [String: String]) throws -> TracifySettings {
        try TracifySettings(config: ConfigReader(provider: EnvironmentVariablesProvider(environmentVariables: variables)))
    }

    private static let site = "6B29FC40-CA47-1067-B31D-00DD010662DA"

    @Test func nothingIsRequired() throws {
        let settings = try self.settings([:])
        #expect(settings.customerSiteID == nil)
        #expect(settings.token == nil)
        #expect(settings.endpoint == .production)
        #expect(settings.sink == .http)
        #expect(settings.batches == BatchPolicy())
        #expect(settings.queue == QueueLimits())
        #expect(settings.host == "127.0.0.1")
        #expect(settings.port == 8080)
        #expect(settings.logLevel == .info)
    }

    @Test func everySettingIsReadFromItsVariable() throws {
        let settings = try self.settings([
            "TRACIFY_CUSTOMER_SITE_ID": Self.site,
            "TRACIFY_TOKEN": "secret-token",
            "TRACIFY_ENVIRONMENT": "staging",
            "TRACIFY_SINK": "file",
            "TRACIFY_FILE_PATH": "/tmp/events.ndjson",
            "TRACIFY_CONSENT": "gpc",
            "TRACIFY_TRUSTED_PROXIES": "10.0.0.0/8, 2001:db8::/32, unix",
            "TRACIFY_BATCH_SIZE": "50",
            "TRACIFY_FLUSH_INTERVAL": "0.25",
            "TRACIFY_QUEUE_CAPACITY": "500",
            "TRACIFY_URL_PARAMETERS": "gclid, fbclid",
            "HOST": "0.0.0.0",
            "PORT": "0",
            "LOG_LEVEL": "trace",
        ])
        #expect(settings.customerSiteID?.text == Self.site.lowercased())
        #expect(settings.token != nil)
        #expect(settings.endpoint == .staging)
        #expect(settings.sink == .file)
        #expect(settings.filePath == "/tmp/events.ndjson")
        #expect(settings.batches.maximumEvents == 50)
        #expect(settings.batches.interval == .milliseconds(250))
        #expect(settings.queue.events == 500)
        #expect(settings.urlParameters == ["gclid", "fbclid"])
        #expect(settings.host == "0.0.0.0")
        #expect(settings.port == 0)
        #expect(settings.logLevel == .trace)
        let configuration = try settings.trackerConfiguration()
        #expect(configuration.batches == settings.batches)
        #expect(configuration.queue == settings.queue)
        #expect(configuration.capture.urlParameters == ["gclid", "fbclid"])
        #expect(try configuration.capture.trustedProxies == TrustedProxies("10.0.0.0/8,2001:db8::/32,unix"))
        #expect(configuration.capture.trustedProxies.networks.count == 2)

        let tracker = try Tracker(configuration: configuration, sink: InMemorySink())
        for (value, hasConsent) in [("1", false), ("0", true)] {
            var request = HTTPRequest(method: .get, scheme: "https", authority: "shop.example", path: "/")
            request.headerFields[try #require(HTTPField.Name("Sec-GPC"))] = value
            #expect(tracker.visit(for: request, from: .unknown).hasConsent == hasConsent)
        }
    }

    @Test func anEndpointGoesBeforeAnEnvironment() throws {
        let settings = try self.settings([
            "TRACIFY_CUSTOMER_SITE_ID": Self.site, "TRACIFY_TOKEN": "t", "TRACIFY_ENVIRONMENT": "staging",
            "TRACIFY_ENDPOINT": "http://127.0.0.1:9000/api/v1/events",
        ])
        #expect(settings.endpoint.url == "http://127.0.0.1:9000/api/v1/events")
    }

    @Test func anEmptyVariableIsNotSet() throws {
        let settings = try self.settings(["TRACIFY_TOKEN": "", "TRACIFY_BATCH_SIZE": "", "PORT": ""])
        #expect(settings.token == nil)
        #expect(settings.batches.maximumEvents == 100)
    }

    @Test func aFileHoldsNumbersAndLists() throws {
        let provider = InMemoryProvider(values: [
            ["tracify", "batchSize"]: 50, ["tracify", "flushInterval"]: 0.5, ["port"]: 9000,
            ["tracify", "urlParameters"]: ConfigValue(.stringArray(["gclid"]), isSecret: false),
        ])
        let settings = try TracifySettings(config: ConfigReader(provider: provider))
        #expect(settings.batches.maximumEvents == 50)
        #expect(settings.batches.interval == .milliseconds(500))
        #expect(settings.port == 9000)
        #expect(settings.urlParameters == ["gclid"])
    }

    @Test(arguments: [
        ("TRACIFY_CUSTOMER_SITE_ID", "123", "a UUID"),
        ("TRACIFY_ENVIRONMENT", "Production", "production or staging"),
        ("TRACIFY_ENDPOINT", "http://tracker.example/", "plain http to localhost"),
        ("TRACIFY_ENDPOINT", "api.tracify.ai", "an absolute https URL"),
        ("TRACIFY_ENDPOINT", "https://user:pw@api.tracify.ai", "without user info"),
        ("TRACIFY_SINK", "nats", "http, file, memory"),
        ("TRACIFY_BATCH_SIZE", "0", "1 to 10000"),
        ("TRACIFY_BATCH_SIZE", "ten", "1 to 10000"),
        ("TRACIFY_FLUSH_INTERVAL", "0", "0.001 to 3600"),
        ("TRACIFY_FLUSH_INTERVAL", "nan", "0.001 to 3600"),
        ("TRACIFY_QUEUE_CAPACITY", "-1", "1 to 10000000"),
        ("TRACIFY_URL_PARAMETERS", "gclid,order_id", "the contract's own keys"),
        ("TRACIFY_URL_PARAMETERS", "a b", "names of 1 to 64"),
        ("TRACIFY_CONSENT", "never", "always, gpc or cookie:NAME=VALUE"),
        ("TRACIFY_CONSENT", "cookie:consent", "always, gpc or cookie:NAME=VALUE"),
        ("TRACIFY_TRUSTED_PROXIES", "10.0.0.1/8", "10.0.0.0/8, the network that 10.0.0.1/8 is in"),
        ("TRACIFY_TRUSTED_PROXIES", "private", "networks such as 10.0.0.0/8"),
        ("TRACIFY_TRUSTED_PROXIES", "10.0.0.0/8,,::1", "entry 2 of 3"),
        ("PORT", "65536", "0 to 65535"),
        ("LOG_LEVEL", "loud", "trace, debug"),
    ])
    func aWrongValueIsNamedOnOneLine(variable: String, value: String, allowed: String) throws {
        let error = #expect(throws: SettingError.self) { _ = try self.settings([variable: value]) }
        let line = try #require(error).description
        #expect(line.hasPrefix("\(variable) is \"\(value)\"; allowed: "))
        #expect(line.contains(allowed))
        #expect(!line.contains("\n"))
    }

    @Test(arguments: [
        (["TRACIFY_SINK": "file"], "TRACIFY_FILE_PATH is not set"),
        (["TRACIFY_ENDPOINT": "https://api.tracify.ai"], "TRACIFY_TOKEN is not set"),
        (["TRACIFY_ENVIRONMENT": "staging"], "TRACIFY_TOKEN is not set"),
        (["TRACIFY_TOKEN": "t"], "TRACIFY_CUSTOMER_SITE_ID is not set"),
    ])
    func settingsThatNeedOneAnother(variables: [String: String], start: String) throws {
        let error = #expect(throws: SettingError.self) { _ = try self.settings(variables) }
        #expect(try #require(error).description.hasPrefix(start))
    }

    @Test func theTokenNeverShows() throws {
        let token = "secret\u{7}token"
        let wrong = #expect(throws: SettingError.self) { _ = try self.settings(["TRACIFY_TOKEN": token]) }
        #expect(try #require(wrong).description.hasPrefix("TRACIFY_TOKEN has a value that is not allowed; allowed: "))
        let misplaced = #expect(throws: SettingError.self) {
            _ = try self.settings(["TRACIFY_TOKEN": "secret-token", "TRACIFY_ENVIRONMENT": "x-secret-token"])
        }
        let untrimmed = #expect(throws: SettingError.self) {
            _ = try self.settings(["TRACIFY_TOKEN": "secret-token\n", "TRACIFY_ENDPOINT": "secret-token"])
        }
        let settings = try self.settings(["TRACIFY_TOKEN": "secret-token", "TRACIFY_CUSTOMER_SITE_ID": Self.site])
        var dumped = ""
        dump(settings, to: &dumped)
        for text in [
            wrong?.description, misplaced?.description, untrimmed?.description, "\(settings)", String(reflecting: settings),
            dumped,
        ] {
            #expect(text?.contains("secret") == false)
        }
    }

    @Test func aHostileValueStaysOnOneLine() throws {
        let value = "a\nb\u{202E}c\u{2028}" + String(repeating: "x", count: 500)
        let error = #expect(throws: SettingError.self) { _ = try self.settings(["TRACIFY_SINK": value]) }
        let line = try #require(error).description
        #expect(!line.contains { $0.isNewline })
        #expect(line.utf8.count < 300)
        #expect(!line.unicodeScalars.contains("\u{202E}"))
    }

    @Test func sinksAreMadeAsNamed() async throws {
        let memory = try self.settings(["TRACIFY_SINK": "memory"]).makeSink()
        #expect(memory is InMemorySink)
        let http = try self.settings(["TRACIFY_TOKEN": "t", "TRACIFY_CUSTOMER_SITE_ID": Self.site]).makeSink()
        #expect("\(http)" == "HTTPSink(https://api.tracify.ai/api/v1/events)")
        await http.shutdown()
        let file = try self.settings(["TRACIFY_SINK": "file", "TRACIFY_FILE_PATH": "/no/such/directory/x"])
        let error = #expect(throws: SettingError.self) { _ = try file.makeSink() }
        #expect(try #require(error).description.hasPrefix("TRACIFY_FILE_PATH is \"/no/such/directory/x\"; allowed: "))
    }
}
#endif
