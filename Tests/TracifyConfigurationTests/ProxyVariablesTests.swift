//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Configuration
import Configuration
import Foundation
import Logging
import Testing
import Tracify
import TracifyConfiguration
import TracifyHTTP

/// The environment variables `https_proxy` and `no_proxy`.
struct ProxyVariablesTests {
    private func proxy(_ environment: [String: String], endpoint: String = "") throws -> HTTPProxy? {
        let settings = ["TRACIFY_TOKEN": "token", "TRACIFY_ENDPOINT": endpoint]
        let reader = ConfigReader(provider: EnvironmentVariablesProvider(environmentVariables: settings))
        return try HTTPSink.Configuration(config: reader, environment: environment).proxy
    }

    private func error(_ environment: [String: String]) throws -> ConfigurationError {
        try #require(#expect(throws: ConfigurationError.self) { _ = try self.proxy(environment) })
    }

    @Test(arguments: ["https_proxy", "HTTPS_PROXY"])
    func readsProxy(name: String) throws {
        let proxy = try #require(try self.proxy([name: "http://shop:secret@proxy.example:3128"]))
        #expect(proxy == (try HTTPProxy(host: "proxy.example", port: 3128, username: "shop", password: "secret")))
    }

    @Test func lowercaseNamesGoFirst() throws {
        let both = ["HTTPS_PROXY": "http://upper.example:1", "https_proxy": "http://lower.example:2"]
        #expect(try self.proxy(both)?.host == "lower.example")
        #expect(try self.proxy(both.merging(["NO_PROXY": "*", "no_proxy": "other.example"]) { $1 })?.host == "lower.example")
    }

    @Test(arguments: [
        [:], ["https_proxy": "", "HTTPS_PROXY": ""], ["http_proxy": "http://proxy.example:1"],
        ["HTTP_PROXY": "http://proxy.example:1"],
        ["NO_PROXY": "*"],
    ])
    func connectsDirectlyWithoutProxy(environment: [String: String]) throws {
        #expect(try self.proxy(environment) == nil)
    }

    @Test func emptyLowercaseNameCountsAsNotSet() throws {
        #expect(try self.proxy(["https_proxy": "", "HTTPS_PROXY": "http://proxy.example:1"])?.host == "proxy.example")
    }

    @Test(arguments: [
        "http://localhost:8080/x", "http://127.0.0.1:8080/x", "http://[::1]:8080/x", "https://localhost:8443/x",
        "https://127.0.0.1/x",
        "https://[::1]/x",
    ])
    func connectsToLoopbackDirectly(endpoint: String) throws {
        #expect(try self.proxy(["HTTPS_PROXY": "http://proxy.example:1"], endpoint: endpoint) == nil)
    }

    @Test(arguments: [
        "*", "api.tracify.ai", "API.Tracify.AI", "tracify.ai", ".tracify.ai", "*.tracify.ai", "localhost, tracify.ai",
        "localhost tracify.ai",
        ",,tracify.ai,", "api.tracify.ai:443",
    ])
    func connectsToListedHostDirectly(list: String) throws {
        #expect(try self.proxy(["HTTPS_PROXY": "http://proxy.example:1", "NO_PROXY": list]) == nil)
    }

    @Test(arguments: [
        "", " , ", "example.com", "racify.ai", "xapi.tracify.ai", "api.tracify.ai.example.com", "api.tracify.ai:8443",
        "10.0.0.0/8", ".",
        "*.", "ai.", "[::1]:443",
    ])
    func connectsToOtherHostsThroughProxy(list: String) throws {
        #expect(try self.proxy(["HTTPS_PROXY": "http://proxy.example:1", "NO_PROXY": list]) != nil)
    }

    @Test(arguments: [
        ("https://10.1.2.3/x", "10.0.0.0/8", true), ("https://10.1.2.3/x", "10.1.2.3", true),
        ("https://10.1.2.3/x", "10.1.2.3:443", true),
        ("https://10.1.2.3/x", "10.1.2.3:80", false), ("https://10.1.2.3/x", "192.168.0.0/16", false),
        ("https://10.1.2.3/x", "2.3", false),
        ("https://[2001:db8::1]/x", "2001:db8::/32", true), ("https://[2001:db8::1]/x", "[2001:db8::1]", true),
        ("https://[2001:db8::1]/x", "[2001:DB8::1]:443", true), ("https://[2001:db8::1]/x", "2001:db8::1", true),
        ("https://[2001:db8::1]/x", "2001:db8::2", false), ("https://shop.example:8443/x", "shop.example:8443", true),
        ("https://shop.example:8443/x", "shop.example:443", false), ("https://shop.example:8443/x", "shop.example", true),
    ])
    func readsAddressesNetworksAndPorts(endpoint: String, list: String, isDirect: Bool) throws {
        #expect(
            try (self.proxy(["HTTPS_PROXY": "http://proxy.example:1", "NO_PROXY": list], endpoint: endpoint) == nil) == isDirect
        )
    }

    @Test func errorNamesVariableAndHidesPassword() throws {
        let error = try self.error(["HTTPS_PROXY": "https://shop:secret@proxy.example:3128"])
        #expect(error.code == .invalid)
        #expect(error.name == "HTTPS_PROXY")
        #expect(error.value == nil)
        #expect(
            error.description.hasPrefix("HTTPS_PROXY has a value that is not allowed; allowed: an HTTP proxy such as http://")
        )
        #expect(error.description.hasSuffix("; or list api.tracify.ai in NO_PROXY for a direct connection"))
        #expect(!error.description.contains("secret"))
        #expect(try self.error(["https_proxy": "socks5://proxy.example"]).name == "https_proxy")
    }

    @Test func trackerUsesProxyOfItsEnvironment() throws {
        let variables = [
            "TRACIFY_CUSTOMER_SITE_ID": "6B29FC40-CA47-1067-B31D-00DD010662DA", "TRACIFY_TOKEN": "token",
            "HTTPS_PROXY": "ftp://x",
        ]
        let reader = ConfigReader(provider: EnvironmentVariablesProvider(environmentVariables: variables))
        let error = #expect(throws: ConfigurationError.self) {
            _ = try Tracker(config: reader, logger: Logger(label: "test"), environment: variables)
        }
        #expect(error?.name == "HTTPS_PROXY")
    }
}
#endif
