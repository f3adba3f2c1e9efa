//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Configuration && NATS
import Configuration
import Foundation
import Testing
import Tracify
import TracifyConfiguration

@Suite
struct NATSSettingsTests {
    private func problem(_ variables: [String: String]) -> String? {
        var all = ["TRACIFY_CUSTOMER_SITE_ID": "6b29fc40-ca47-1067-b31d-00dd010662da", "TRACIFY_SINK": "nats"]
        all.merge(variables) { $1 }
        do {
            let config = ConfigReader(provider: EnvironmentVariablesProvider(environmentVariables: all))
            _ = try Tracker(config: config, environment: all)
            return nil
        } catch {
            return "\(error)"
        }
    }

    @Test func brokersAreEnough() {
        #expect(self.problem(["TRACIFY_NATS_SERVERS": "nats://10.0.0.1:4222, tls://broker.example.com"]) == nil)
        #expect(self.problem(["TRACIFY_NATS_SERVERS": "nats://127.0.0.1", "TRACIFY_NATS_PREFIX": "shop-1_a"]) == nil)
    }

    @Test func errorsNameTheSettingAndNoPassword() {
        #expect(self.problem([:]) == "TRACIFY_NATS_SERVERS is not set; allowed: the URLs of the brokers, separated by commas")
        let wrong = self.problem(["TRACIFY_NATS_SERVERS": "nats://127.0.0.1,http://shop:secret-password@127.0.0.1"])
        #expect(wrong == "TRACIFY_NATS_SERVERS has a value that is not allowed; allowed: URLs that begin with nats:// or tls://")
        #expect(self.problem(["TRACIFY_NATS_SERVERS": "nats://"])?.contains("TRACIFY_NATS_SERVERS") == true)
        let servers = ["TRACIFY_NATS_SERVERS": "nats://127.0.0.1"]
        for prefix in ["a.b", "*", ">", String(repeating: "a", count: 33)] {
            let problem = self.problem(servers.merging(["TRACIFY_NATS_PREFIX": prefix]) { $1 })
            #expect(problem?.hasSuffix("allowed: 1 to 32 letters, digits, - and _") == true)
        }
        let file = self.problem(servers.merging(["TRACIFY_NATS_CREDENTIALS_FILE": "/no/such/file"]) { $1 })
        #expect(file == #"TRACIFY_NATS_CREDENTIALS_FILE is "/no/such/file"; allowed: the path of a file that can be read"#)
        let key = self.problem(servers.merging(["TRACIFY_NATS_CERTIFICATE_FILE": "/etc/hostname"]) { $1 })
        #expect(key == "TRACIFY_NATS_KEY_FILE is not set; allowed: a file, because TRACIFY_NATS_CERTIFICATE_FILE is set")
    }
}
#endif
