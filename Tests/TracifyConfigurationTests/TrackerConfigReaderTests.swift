//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Configuration
import Configuration
import Foundation
import HTTPTypes
import Logging
import Testing
import Tracify
import TracifyConfiguration
import TracifyHTTP

/// A certificate of an authority that signs nothing.
private let certificate = """
    -----BEGIN CERTIFICATE-----
    MIIBhjCCAS2gAwIBAgIBATAKBggqhkjOPQQDAjAkMSIwIAYDVQQDDBlzd2lmdC10
    cmFjaWZ5IHRlc3QsIGtub3duMCAXDTIwMDEwMTAwMDAwMFoYDzIxMjAwMTAxMDAw
    MDAwWjAkMSIwIAYDVQQDDBlzd2lmdC10cmFjaWZ5IHRlc3QsIGtub3duMFkwEwYH
    KoZIzj0CAQYIKoZIzj0DAQcDQgAEcdj0J45OL4f2s/rflpUlL13n7JLV66quDXR1
    FEVRbwXAfDazfSTgrE540JE2Et+Lve7dkJ07prsSiWrwTKkJJKNOMEwwDwYDVR0T
    AQH/BAUwAwEB/zAdBgNVHQ4EFgQUlGRAPbV5BpM/JU0kRJ2Owmb6S2AwGgYDVR0R
    BBMwEYcEfwAAAYIJbG9jYWxob3N0MAoGCCqGSM49BAMCA0cAMEQCIGQ8RUU2U+Um
    gEAQONthDpbDbRKcz3/ZAp51l3xWFGTPAiBOlPVINcNF2puO7MVJ6EzSOZQopUig
    0LXYYt9SymuTFw==
    -----END CERTIFICATE-----
    """

/// The site and the token, which most tests need besides the tested setting.
private let required = ["TRACIFY_CUSTOMER_SITE_ID": "6B29FC40-CA47-1067-B31D-00DD010662DA", "TRACIFY_TOKEN": "secret-token"]

private func reader(_ variables: [String: String]) -> ConfigReader {
    ConfigReader(provider: EnvironmentVariablesProvider(environmentVariables: variables))
}

private func tracker(_ variables: [String: String], besides defaults: [String: String] = required) throws -> Tracker {
    let variables = defaults.merging(variables) { $1 }
    return try Tracker(config: reader(variables), logger: Logger(label: "test"), environment: variables)
}

/// Returns the text of the error that stops startup.
private func line(_ variables: [String: String], besides defaults: [String: String] = required) throws -> String {
    try #require(#expect(throws: ConfigurationError.self) { _ = try tracker(variables, besides: defaults) }).description
}

struct TrackerConfigReaderTests {
    @Test func requiresOnlySiteAndToken() throws {
        _ = try tracker([:])
        let configuration = try Tracker.Configuration(config: reader(required))
        #expect(configuration.customerSiteID.text == "6b29fc40-ca47-1067-b31d-00dd010662da")
        #expect(configuration.batches == BatchConfiguration())
        #expect(configuration.queue == QueueConfiguration())
        #expect(configuration.retry == RetryConfiguration())
        #expect(configuration.shutdown == ShutdownConfiguration())
        #expect(configuration.sessions == SessionConfiguration())
        #expect(try HTTPSink.Configuration(config: reader(required)).endpoint == .production)
    }

    @Test func readsEverySettingFromItsVariable() throws {
        let configuration = try Tracker.Configuration(
            config: reader(
                required.merging([
                    "TRACIFY_CONSENT": "gpc",
                    "TRACIFY_TRUSTED_PROXIES": "10.0.0.0/8, 2001:db8::/32, unix",
                    "TRACIFY_PROXY_HEADER": "CF-Connecting-IP",
                    "TRACIFY_BATCH_SIZE": "50",
                    "TRACIFY_FLUSH_INTERVAL": "0.25",
                    "TRACIFY_QUEUE_CAPACITY": "500",
                    "TRACIFY_MAXIMUM_BACKOFF": "5",
                    "TRACIFY_SHUTDOWN_TIMEOUT": "20",
                    "TRACIFY_SESSION_TIMEOUT": "600",
                    "TRACIFY_URL_PARAMETERS": "gclid, fbclid",
                    "TRACIFY_EXCLUDED_PATHS": "/admin/**, /health",
                    "TRACIFY_PRODUCT_PATHS": "/products/*",
                    "TRACIFY_ALWAYS_HTTPS": "true",
                    "TRACIFY_LOWERCASE_EMAIL": "true",
                    "TRACIFY_SEND_CONVERSION_VALUE": "true",
                    "TRACIFY_SEND_CURRENCY_CC": "true",
                ]) { $1 }
            )
        )
        #expect(configuration.batches.maximumEvents == 50)
        #expect(configuration.batches.interval == .milliseconds(250))
        #expect(configuration.queue.maximumEvents == 500)
        #expect(configuration.retry.maximumBackoff == .seconds(5))
        #expect(configuration.shutdown.gracefulDeadline == .seconds(20))
        #expect(configuration.sessions.timeout == .seconds(600))
        #expect(configuration.encoding.sendsConversionValue)
        #expect(configuration.encoding.sendsCurrencyAsCC)
        let capture = configuration.capture
        #expect(capture.urlParameters == ["gclid", "fbclid"])
        #expect(try capture.excludedPaths == [PathPattern("/admin/**"), PathPattern("/health")])
        #expect(try capture.productPaths == [PathPattern("/products/*")])
        #expect(capture.isAlwaysHTTPS)
        #expect(capture.lowercasesEmail)
        #expect(capture.trustedProxies.networks.count == 2)
        #expect(capture.trustedProxies.trustsUnixSocket)
        #expect(capture.trustedProxies.header == .named(try #require(HTTPField.Name("cf-connecting-ip"))))
    }

    @Test(arguments: [("1", false), ("0", true)])
    func readsConsentFromItsVariable(value: String, hasConsent: Bool) throws {
        let tracker = try tracker(["TRACIFY_CONSENT": "gpc"])
        var request = HTTPRequest(method: .get, scheme: "https", authority: "shop.example", path: "/")
        request.headerFields[try #require(HTTPField.Name("Sec-GPC"))] = value
        #expect(tracker.visit(for: request, from: .unknown).hasConsent == hasConsent)
    }

    @Test(arguments: [("X-Forwarded-For", TrustedProxies.Header.xForwardedFor), ("forwarded", .forwarded)])
    func readsProxyHeaderNames(name: String, header: TrustedProxies.Header) throws {
        let variables = ["TRACIFY_TRUSTED_PROXIES": "unix", "TRACIFY_PROXY_HEADER": name]
        #expect(try CaptureConfiguration(config: reader(variables)).trustedProxies.header == header)
    }

    @Test(arguments: [
        ([:], "https://api.tracify.ai/api/v1/events"),
        (["TRACIFY_ENVIRONMENT": "staging"], "https://devapi.tracify.ai/api/v1/events"),
        (["TRACIFY_ENDPOINT": "http://127.0.0.1:9000/api/v1/events"], "http://127.0.0.1:9000/api/v1/events"),
    ])
    func readsEndpointAndEnvironment(variables: [String: String], url: String) throws {
        let configuration = try HTTPSink.Configuration(config: reader(required.merging(variables) { $1 }))
        #expect(configuration.endpoint.url == url)
    }

    @Test func treatsEmptyVariableAsUnset() throws {
        _ = try tracker(["TRACIFY_BATCH_SIZE": "", "TRACIFY_FILE_PATH": "", "TRACIFY_ENVIRONMENT": ""])
        #expect(try line(["TRACIFY_TOKEN": "", "TRACIFY_SINK": "http"]).hasPrefix("TRACIFY_TOKEN is not set"))
    }

    @Test func readsNumbersAndListsFromConfigurationFile() throws {
        let provider = InMemoryProvider(values: [
            ["tracify", "customerSiteId"]: "6b29fc40-ca47-1067-b31d-00dd010662da",
            ["tracify", "batchSize"]: 50, ["tracify", "flushInterval"]: 0.5, ["tracify", "alwaysHttps"]: true,
            ["tracify", "urlParameters"]: ConfigValue(.stringArray(["gclid"]), isSecret: false),
        ])
        let configuration = try Tracker.Configuration(config: ConfigReader(provider: provider))
        #expect(configuration.batches.maximumEvents == 50)
        #expect(configuration.batches.interval == .milliseconds(500))
        #expect(configuration.capture.isAlwaysHTTPS)
        #expect(configuration.capture.urlParameters == ["gclid"])
    }

    @Test func readsTokenFromFile() throws {
        let path = NSTemporaryDirectory() + "tracify-token-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let variables = ["TRACIFY_TOKEN": "", "TRACIFY_TOKEN_FILE": path]
        #expect(
            try line(variables)
                == "TRACIFY_TOKEN_FILE is \"\(path)\"; allowed: the path of a file that holds the API key, 1 to 4096 visible ASCII "
                + "characters, which this process can read (the file cannot be opened: No such file or directory)"
        )
        try Data("a secret\n".utf8).write(to: URL(fileURLWithPath: path))
        let wrong = try line(variables)
        #expect(wrong.contains("visible ASCII characters"))
        #expect(!wrong.contains("secret"))
        try Data("secret\n".utf8).write(to: URL(fileURLWithPath: path))
        _ = try tracker(variables)
        let sink = try HTTPSink.Configuration(config: reader(required.merging(variables) { $1 }))
        #expect(sink.token == .file(path))
        // The token itself goes first.
        let both = try HTTPSink.Configuration(config: reader(required.merging(["TRACIFY_TOKEN_FILE": path]) { $1 }))
        #expect(both.token == .fixed(try APIToken("secret-token")))
    }

    @Test(arguments: [
        (nil, "(the file cannot be opened: No such file or directory)"), ("", "(the file is empty)"),
        ("no certificate", "(the file holds no certificate in PEM form, or a damaged one)"),
    ])
    func throwsForFileOfAuthoritiesThatCannotBeUsed(text: String?, reason: String) throws {
        let path = NSTemporaryDirectory() + "tracify-authorities-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: path) }
        if let text { try Data(text.utf8).write(to: URL(fileURLWithPath: path)) }
        let line = try line(["TRACIFY_CA_FILE": path])
        #expect(line.hasPrefix("TRACIFY_CA_FILE is \"\(path)\"; allowed: the path of a PEM file with at least one certificate"))
        #expect(line.hasSuffix(reason))
    }

    @Test func readsPathOfAuthorities() throws {
        let path = NSTemporaryDirectory() + "tracify-authorities-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: path) }
        try Data(certificate.utf8).write(to: URL(fileURLWithPath: path))
        let variables = required.merging(["TRACIFY_CA_FILE": path]) { $1 }
        #expect(try HTTPSink.Configuration(config: reader(variables)).certificateAuthorities == path)
        _ = try tracker(variables)
    }

    @Test(arguments: [
        ("TRACIFY_CUSTOMER_SITE_ID", "123", "a UUID"),
        ("TRACIFY_ENVIRONMENT", "Production", "production or staging"),
        ("TRACIFY_STORE_MAXIMUM_BYTES", "1GB", "a whole number from 1048576"),
        ("TRACIFY_ENDPOINT", "http://tracker.example/x", "plain http to localhost"),
        ("TRACIFY_ENDPOINT", "api.tracify.ai", "an absolute https URL"),
        ("TRACIFY_ENDPOINT", "https://user:pw@api.tracify.ai/x", "without user info"),
        ("TRACIFY_ENDPOINT", "https://api.tracify.ai", "with a path such as /api/v1/events"),
        ("TRACIFY_ENDPOINT", "https://api.tracify.ai/", "with a path such as /api/v1/events"),
        ("TRACIFY_SINK", "kafka", "http, file, memory"),
        ("TRACIFY_BATCH_SIZE", "0", "a whole number from 1 to 10000"),
        ("TRACIFY_BATCH_SIZE", "ten", "a whole number from 1 to 10000"),
        ("TRACIFY_FLUSH_INTERVAL", "0", "seconds from 0.001 to 3600"),
        ("TRACIFY_FLUSH_INTERVAL", "nan", "seconds from 0.001 to 3600"),
        ("TRACIFY_QUEUE_CAPACITY", "-1", "a whole number from 1 to 10000000"),
        ("TRACIFY_MAXIMUM_BACKOFF", "0", "seconds from 0.001 to 86400"),
        ("TRACIFY_SHUTDOWN_TIMEOUT", "-1", "seconds from 0 to 86400"),
        ("TRACIFY_SESSION_TIMEOUT", "0.5", "seconds from 1 to 86400"),
        ("TRACIFY_ENABLED", "no", "true or false"),
        ("TRACIFY_ALWAYS_HTTPS", "yes", "true or false"),
        ("TRACIFY_LOWERCASE_EMAIL", "1", "true or false"),
        ("TRACIFY_URL_PARAMETERS", "gclid,order_id", "names that are not keys of data"),
        ("TRACIFY_URL_PARAMETERS", "a b", "names of 1 to 64"),
        ("TRACIFY_EXCLUDED_PATHS", "/ok,admin", "a path such as /products/*"),
        ("TRACIFY_CONSENT", "never", "always, or terms joined by +"),
        ("TRACIFY_CONSENT", "cookie:consent", "always, or terms joined by +"),
        ("TRACIFY_TRUSTED_PROXIES", "10.0.0.1/8", "10.0.0.0/8, the network that 10.0.0.1/8 is in"),
        ("TRACIFY_TRUSTED_PROXIES", "private", "networks such as 10.0.0.0/8"),
        ("TRACIFY_TRUSTED_PROXIES", "10.0.0.0/8,,::1", "entry 2 of 3"),
    ])
    func errorNamesVariableValueAndRuleOnOneLine(variable: String, value: String, allowed: String) throws {
        let line = try line([variable: value])
        #expect(line.hasPrefix("\(variable) is \"\(value)\"; allowed: "))
        #expect(line.contains(allowed))
        #expect(!line.contains("\n"))
    }

    @Test(arguments: [
        (["TRACIFY_SINK": "file"], "TRACIFY_FILE_PATH is not set"),
        (["TRACIFY_TOKEN": "", "TRACIFY_ENDPOINT": "https://api.tracify.ai/x"], "TRACIFY_TOKEN is not set"),
        (["TRACIFY_TOKEN": "", "TRACIFY_ENVIRONMENT": "staging"], "TRACIFY_TOKEN is not set"),
        (["TRACIFY_TOKEN": "", "TRACIFY_SINK": "http"], "TRACIFY_TOKEN is not set"),
        (["TRACIFY_TOKEN": ""], "TRACIFY_TOKEN is not set"),
        (["TRACIFY_TOKEN": "", "TRACIFY_SINK": "memory", "TRACIFY_ENVIRONMENT": "staging"], "TRACIFY_TOKEN is not set"),
        (["TRACIFY_CUSTOMER_SITE_ID": ""], "TRACIFY_CUSTOMER_SITE_ID is not set"),
    ])
    func throwsForMissingSetting(variables: [String: String], start: String) throws {
        #expect(try line(variables).hasPrefix(start))
    }

    @Test(arguments: [
        (["TRACIFY_FILE_PATH": "/tmp/x"], "TRACIFY_FILE_PATH is \"/tmp/x\"; allowed: nothing, unless TRACIFY_SINK is file"),
        (
            ["TRACIFY_SINK": "memory", "TRACIFY_FILE_PATH": "/tmp/x"],
            "TRACIFY_FILE_PATH is \"/tmp/x\"; allowed: nothing, unless TRACIFY_SINK is file"
        ),
        (
            ["TRACIFY_ENDPOINT": "https://api.tracify.ai/x", "TRACIFY_ENVIRONMENT": "staging"],
            "TRACIFY_ENVIRONMENT is \"staging\"; allowed: nothing, because TRACIFY_ENDPOINT is set"
        ),
        (
            ["TRACIFY_SINK": "memory", "TRACIFY_ENDPOINT": "https://api.tracify.ai/x", "TRACIFY_ENVIRONMENT": "staging"],
            "TRACIFY_ENVIRONMENT is \"staging\"; allowed: nothing, because TRACIFY_ENDPOINT is set"
        ),
        (
            ["TRACIFY_PROXY_HEADER": "CF-Connecting-IP"],
            "TRACIFY_PROXY_HEADER is \"CF-Connecting-IP\"; allowed: only together with TRACIFY_TRUSTED_PROXIES"
        ),
        (
            ["TRACIFY_PROXY_PRESET": "nginx"],
            "TRACIFY_PROXY_PRESET is \"nginx\"; allowed: only together with TRACIFY_TRUSTED_PROXIES"
        ),
    ])
    func throwsForContradictingSettings(variables: [String: String], expected: String) throws {
        #expect(try line(variables) == expected)
    }

    @Test func readsRulesOfCapture() throws {
        let other = "0b29fc40-ca47-1067-b31d-00dd010662da"
        let capture = try CaptureConfiguration(
            config: reader([
                "TRACIFY_SITES": "shop.example, *.shop.example, b2b.example:8443=\(other)",
                "TRACIFY_EVENTS": "purchase,conversion",
                "TRACIFY_EXCLUDED_NETWORKS": "198.51.100.0/24, 2001:db8::1",
                "TRACIFY_REDACTION": "off",
                "TRACIFY_TRUSTED_PROXIES": "10.0.0.0/8",
                "TRACIFY_PROXY_PRESET": "cloudflare",
                "TRACIFY_CONSENT": "gpc+preset:cookiebot",
            ])
        )
        #expect(
            capture.sites == [
                try Site("shop.example"), try Site("*.shop.example"),
                try Site("b2b.example:8443", customerSiteID: CustomerSiteID(other)),
            ]
        )
        #expect(capture.events == [.purchase, .conversion])
        #expect(capture.excludedNetworks == [try IPNetwork("198.51.100.0/24"), try IPNetwork("2001:db8::1")])
        #expect(!capture.redaction.replacesEmails)
        #expect(capture.trustedProxies.header == .named(try #require(HTTPField.Name("CF-Connecting-IP"))))
        #expect(!capture.trustedProxies.trustsForwardedHost)
        #expect(capture.consent.description == "gpc+preset:cookiebot")
    }

    @Test func readsRulesOfReferrersAndCrawlers() throws {
        let capture = try CaptureConfiguration(
            config: reader([
                "TRACIFY_EXCLUDED_REFERRERS": "pay.example, *.login.example",
                "TRACIFY_COUNT_CRAWLERS": "true",
                "TRACIFY_URL_QUERY_KEYS": "page, q",
                "TRACIFY_MAXIMUM_SEGMENT_LENGTH": "40",
                "TRACIFY_TRUSTED_PROXIES": "10.0.0.0/8",
                "TRACIFY_PROXY_PRESET": "nginx",
                "TRACIFY_FORWARDED_HOST": "false",
            ])
        )
        #expect(capture.excludedReferrers == [try HostPattern("pay.example"), try HostPattern("*.login.example")])
        #expect(capture.countsCrawlers)
        #expect(capture.urlQueryKeys == ["page", "q"])
        #expect(capture.redaction.maximumSegmentLength == 40)
        #expect(capture.redaction.replacesEmails)
        #expect(!capture.trustedProxies.trustsForwardedHost, "the setting goes before the preset")
    }

    @Test func readsLimitsOfSessionsShutdownAndRetention() throws {
        let configuration = try Tracker.Configuration(
            config: reader([
                "TRACIFY_CUSTOMER_SITE_ID": "6b29fc40-ca47-1067-b31d-00dd010662da",
                "TRACIFY_MAXIMUM_SESSIONS": "0",
                "TRACIFY_CANCELLATION_TIMEOUT": "0.5",
                "TRACIFY_STORE_TIMEOUT": "2",
                "TRACIFY_MAXIMUM_AGE": "86400",
                "TRACIFY_MAXIMUM_DEAD_LETTERS": "10",
                "TRACIFY_QUEUE_BYTES": "65536",
                "TRACIFY_MAXIMUM_LANDING_BYTES": "2048",
                "TRACIFY_SESSION_LOOKUP_TIMEOUT": "0.25",
            ])
        )
        #expect(configuration.sessions.maximumSessions == 0)
        #expect(configuration.shutdown.cancellationDeadline == .milliseconds(500))
        #expect(configuration.storeTimeout == .seconds(2))
        #expect(configuration.retention.maximumObservationAge == .seconds(86_400))
        #expect(configuration.retention.maximumOrderAge == nil)
        #expect(configuration.maximumDeadLetters == 10)
        #expect(configuration.queue.maximumBytes == 65_536)
        #expect(configuration.sessions.maximumLandingBytes == 2048)
        #expect(configuration.sessions.lookupTimeout == .milliseconds(250))
    }

    @Test func readsAgesOfOrdersAndDeadLetters() throws {
        let configuration = try Tracker.Configuration(
            config: reader([
                "TRACIFY_CUSTOMER_SITE_ID": "6b29fc40-ca47-1067-b31d-00dd010662da",
                "TRACIFY_MAXIMUM_ORDER_AGE": "100",
                "TRACIFY_MAXIMUM_DEAD_LETTER_AGE": "200",
                "TRACIFY_MAXIMUM_ORDER_DEAD_LETTER_AGE": "300",
            ])
        )
        #expect(configuration.retention.maximumObservationAge == RetentionConfiguration().maximumObservationAge)
        #expect(configuration.retention.maximumOrderAge == .seconds(100))
        #expect(configuration.retention.maximumObservationDeadLetterAge == .seconds(200))
        #expect(configuration.retention.maximumOrderDeadLetterAge == .seconds(300))
    }

    @Test func headerReplacesThatOfPreset() throws {
        let capture = try CaptureConfiguration(
            config: reader([
                "TRACIFY_TRUSTED_PROXIES": "10.0.0.0/8", "TRACIFY_PROXY_PRESET": "fly", "TRACIFY_PROXY_HEADER": "Forwarded",
            ])
        )
        #expect(capture.trustedProxies.header == .forwarded)
        #expect(!capture.trustedProxies.trustsForwardedHost)
    }

    @Test(arguments: [
        ("TRACIFY_SITES", "*.shop.example", "at least one host without a star"),
        (
            "TRACIFY_SITES", "https://shop.example",
            "a host such as shop.example or shop.example:8443, or subdomains such as *.shop.example"
        ),
        ("TRACIFY_SITES", "shop.example=1", "a UUID, 8-4-4-4-12 hexadecimal digits"),
        ("TRACIFY_EVENTS", "purchases", "pageview, productview, addtocart, purchase, conversion, postpurchasesurvey"),
        ("TRACIFY_REDACTION", "on", "default or off"),
        ("TRACIFY_MAXIMUM_SEGMENT_LENGTH", "0", "a whole number from 1 to 8192"),
        (
            "TRACIFY_EXCLUDED_REFERRERS", "https://pay.example",
            "a host such as shop.example or shop.example:8443, or subdomains such as *.shop.example"
        ),
        ("TRACIFY_COUNT_CRAWLERS", "yes", "true or false"),
        ("TRACIFY_FORWARDED_HOST", "true", "only together with TRACIFY_TRUSTED_PROXIES"),
        ("TRACIFY_PROXY_PRESET", "apache", "nginx, cloudflare, aws-alb, fastly, fly, heroku"),
        ("TRACIFY_MAXIMUM_SESSIONS", "-1", "a whole number from 0 to 10000000"),
        ("TRACIFY_CANCELLATION_TIMEOUT", "-1", "seconds from 0 to 86400"),
        ("TRACIFY_STORE_TIMEOUT", "0", "seconds from 0.001 to 86400"),
        ("TRACIFY_MAXIMUM_AGE", "59", "seconds from 60 to 315360000"),
        ("TRACIFY_MAXIMUM_DEAD_LETTERS", "0", "a whole number from 1 to 1000000"),
        ("TRACIFY_QUEUE_BYTES", "65535", "a whole number from 65536 to 17179869184"),
        ("TRACIFY_MAXIMUM_LANDING_BYTES", "1023", "a whole number from 1024 to 1073741824"),
        ("TRACIFY_SESSION_LOOKUP_TIMEOUT", "61", "seconds from 0.001 to 60"),
        ("TRACIFY_MAXIMUM_ORDER_AGE", "59", "seconds from 60 to 315360000"),
        ("TRACIFY_MAXIMUM_DEAD_LETTER_AGE", "x", "seconds from 60 to 315360000"),
        ("TRACIFY_MAXIMUM_ORDER_DEAD_LETTER_AGE", "0", "seconds from 60 to 315360000"),
    ])
    func throwsForWrongRuleOrLimit(variable: String, value: String, allowed: String) throws {
        #expect(try line([variable: value]) == "\(variable) is \"\(value)\"; allowed: \(allowed)")
    }

    @Test func hidesToken() throws {
        let lines = [
            try line(["TRACIFY_TOKEN": "secret\u{7}token"]),
            try line(["TRACIFY_ENVIRONMENT": "x-secret-token"]),
            try line(["TRACIFY_TOKEN": "secret-token\n", "TRACIFY_ENDPOINT": "secret-token"]),
            try line(["TRACIFY_TOKN": "secret-token"]),
        ]
        #expect(lines[0].hasPrefix("TRACIFY_TOKEN has a value that is not allowed; allowed: "))
        let configuration = try HTTPSink.Configuration(config: reader(required))
        var dumped = ""
        dump(configuration, to: &dumped)
        for text in lines + ["\(configuration)", String(reflecting: configuration), dumped] {
            #expect(!text.contains("secret"))
        }
    }

    @Test func errorForHostileValueIsOneShortLine() throws {
        let line = try line(["TRACIFY_SINK": "a\nb\u{202E}c\u{2028}" + String(repeating: "x", count: 500)])
        #expect(!line.contains { $0.isNewline })
        #expect(line.utf8.count < 300)
        #expect(!line.unicodeScalars.contains("\u{202E}"))
    }

    @Test func throwsWhenFileCannotBeOpened() throws {
        let line = try line(["TRACIFY_SINK": "file", "TRACIFY_FILE_PATH": "/no/such/directory/x"])
        #expect(line.hasPrefix("TRACIFY_FILE_PATH is \"/no/such/directory/x\"; allowed: a regular file"))
    }

    #if SQLite
    @Test func throwsWhenStoreCannotBeOpened() throws {
        let line = try line(["TRACIFY_STORE_PATH": "/no/such/directory/x.sqlite"])
        #expect(line.hasPrefix("TRACIFY_STORE_PATH is \"/no/such/directory/x.sqlite\"; allowed: a file"))
        let bytes = try self.bytes("1024")
        #expect(bytes.hasPrefix("TRACIFY_STORE_MAXIMUM_BYTES is \"1024\"; allowed: a whole number from 1048576"))
    }

    private func bytes(_ value: String) throws -> String {
        try line(["TRACIFY_STORE_PATH": "/no/such/directory/x.sqlite", "TRACIFY_STORE_MAXIMUM_BYTES": value])
    }
    #endif
}

struct DisabledTrackerTests {
    @Test func needsNeitherSiteNorToken() throws {
        _ = try tracker(["TRACIFY_ENABLED": "false"], besides: [:])
        #expect(try !Tracker.Configuration(config: reader(["TRACIFY_ENABLED": "false"])).isEnabled)
        #expect(try Tracker.Configuration(config: reader(required)).isEnabled)
        #expect(try Tracker.Configuration(config: reader(required.merging(["TRACIFY_ENABLED": "true"]) { $1 })).isEnabled)
        #expect(try line(["TRACIFY_ENABLED": "true"], besides: [:]).hasPrefix("TRACIFY_CUSTOMER_SITE_ID is not set"))
    }

    @Test(arguments: [
        ["TRACIFY_STORE_PATH": "/no/such/directory/x.sqlite"],
        ["TRACIFY_SINK": "file", "TRACIFY_FILE_PATH": "/no/such/directory/x"],
        ["TRACIFY_SINK": "file"],
        ["TRACIFY_TOKEN_FILE": "/no/such/file"],
        ["TRACIFY_CA_FILE": "/no/such/file"],
        ["TRACIFY_SINK": "http", "TRACIFY_ENVIRONMENT": "staging"],
        ["https_proxy": "socks5://proxy.example"],
    ])
    func opensNoFile(variables: [String: String]) throws {
        let disabled = ["TRACIFY_ENABLED": "false"]
        _ = try tracker(variables, besides: disabled)
    }

    /// The switch does not hide mistakes until the day it is turned on.
    @Test(arguments: [
        ("TRACIFY_BATCH_SIZE", "ten"), ("TRACIFY_CUSTOMER_SITE_ID", "123"), ("TRACIFY_ENVIRONMENT", "Production"),
        ("TRACIFY_ENDPOINT", "http://tracker.example/x"), ("TRACIFY_TOKN", "secret"), ("TRACIFY_CONSENT", "never"),
        ("TRACIFY_SINK", "kafka"), ("TRACIFY_STORE_MAXIMUM_BYTES", "ten"),
    ])
    func throwsForInvalidValues(variable: String, value: String) throws {
        #expect(try line([variable: value], besides: ["TRACIFY_ENABLED": "false"]).hasPrefix(variable))
    }
}

struct SettingNamesTests {
    @Test(arguments: [
        ("TRACIFY_BACH_SIZE", "TRACIFY_BATCH_SIZE"),
        ("TRACIFY_TOKN", "TRACIFY_TOKEN"),
        ("TRACIFY_CUSTOMER_SITEID", "TRACIFY_CUSTOMER_SITE_ID"),
        ("TRACIFY_TRUSTED_PROXY", "TRACIFY_TRUSTED_PROXIES"),
        ("TRACIFY_SITE_ID", "TRACIFY_CUSTOMER_SITE_ID"),
        ("TRACIFY_FLUSH_INTERVALL", "TRACIFY_FLUSH_INTERVAL"),
    ])
    func errorSuggestsNearestName(name: String, nearest: String) throws {
        #expect(try line([name: "50"]) == "\(name) is not a setting; did you mean \(nearest)?")
    }

    /// Kubernetes and Docker set these variables for a service named `tracify`.
    @Test(arguments: [
        "TRACIFY_PORT", "TRACIFY_PORT_80_TCP", "TRACIFY_PORT_80_TCP_ADDR", "TRACIFY_SERVICE_HOST", "TRACIFY_SERVICE_PORT_HTTP",
        "TRACIFY_COLLECTOR_PORT", "TRACIFIED", "NOT_TRACIFY_TOKEN",
    ])
    func ignoresServiceDiscoveryVariables(name: String) throws {
        _ = try tracker([name: "tcp://10.0.0.1:80"])
    }

    @Test func errorForHostileNameIsOneShortLine() throws {
        let line = try line(["TRACIFY_\n" + String(repeating: "X", count: 5000): ""])
        #expect(!line.contains { $0.isNewline })
        #expect(line.utf8.count < 300)
    }
}
#endif
