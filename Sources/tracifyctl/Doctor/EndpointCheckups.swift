//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Tool
import Tracify
import TracifyHTTP
#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The checks of the connection to the endpoint.
enum EndpointCheckups {
    /// The difference of clocks from which on times are wrong.
    private static let maximumDifference = Duration.seconds(300)
    /// The number of days before a certificate's end from which on it should have been renewed.
    private static let renewalDays = 14

    /// Requests the endpoint without a token and without events.
    static func run(_ configuration: HTTPSink.Configuration) async -> [Checkup] {
        do throws(EndpointProbe.Failure) {
            let probe = try await EndpointProbe(configuration)
            return [
                self.endpoint(probe.status, configuration),
                self.certificate(probe.certificateEnd, configuration.endpoint, now: Date()),
                self.clock(probe.clockDifference),
            ]
        } catch {
            return [self.failure(error, configuration)]
        }
    }

    static func endpoint(_ status: Int, _ configuration: HTTPSink.Configuration) -> Checkup {
        let place = "\(configuration.endpoint)\(configuration.proxy.map { " through the proxy \($0)" } ?? "")"
        let finding = "\(place) responds with status \(status) to a GET request without a token."
        switch status {
        case 200..<300, 400, 401, 403, 405, 415, 422, 429: return .ok("endpoint", "\(finding) It can be reached.")
        case 300..<400: return .fail("endpoint", finding, "Redirects are not followed: set TRACIFY_ENDPOINT to the final URL.")
        // Tracify's own URLs are right, whatever they respond to a method that they do not accept.
        case 404 where [.production, .staging].contains(configuration.endpoint):
            return .warn("endpoint", finding, "The host can be reached; whether it accepts events is not checked.")
        case 404: return .fail("endpoint", finding, "Check host and path; the path of Tracify is \(Endpoint.path).")
        default: return .warn("endpoint", finding, "The destination has a problem now; events wait until it responds.")
        }
    }

    static func certificate(_ end: Date?, _ endpoint: Endpoint, now: Date) -> Checkup {
        guard endpoint.isSecure else { return .ok("certificate", "None: plain HTTP to this machine.") }
        guard let end else {
            return .warn("certificate", "Not checked: the connection does not show it.", "Check it with openssl.")
        }
        let days = Int((end.timeIntervalSince(now) / 86_400).rounded(.down))
        let finding = "Valid and trusted for \(days.counted("day"))."
        return days < self.renewalDays
            ? .warn("certificate", finding, "It should have been renewed: tell the operator of the endpoint.")
            : .ok("certificate", finding)
    }

    static func clock(_ difference: Duration?) -> Checkup {
        guard let difference else { return .warn("clock", "Not checked: the response has no date.", "Check that NTP runs.") }
        let seconds = Int(difference.components.seconds)
        guard abs(seconds) > Int(self.maximumDifference.components.seconds) else {
            return .ok("clock", "Differs from the endpoint's by \(abs(seconds).counted("second")).")
        }
        return .warn(
            "clock",
            "This machine is \(abs(seconds).counted("second")) \(seconds > 0 ? "behind" : "ahead of") the endpoint.",
            "Events would have wrong times: check that NTP runs."
        )
    }

    private static func failure(_ failure: EndpointProbe.Failure, _ configuration: HTTPSink.Configuration) -> Checkup {
        let endpoint = configuration.endpoint
        switch failure {
        case .unknownHost:
            return .fail(
                "endpoint",
                "The host of \(endpoint) has no address.",
                "Check its name and the resolver of this machine."
            )
        case .refused:
            return .fail("endpoint", "Nothing listens at \(endpoint).", "Check host and port, and that the destination runs.")
        case .timeout:
            return .fail(
                "endpoint",
                "\(endpoint) does not respond in time.",
                "Check that a firewall allows it, or set https_proxy."
            )
        case .tls(let reason):
            return .fail(
                "endpoint",
                "No TLS connection to \(endpoint): \(reason).",
                "For a private authority or an inspecting proxy, set TRACIFY_CA_FILE."
            )
        case .proxy(let reason):
            return .fail("endpoint", "The proxy did not connect to \(endpoint): \(reason).", "Check https_proxy.")
        case .other(let reason):
            return .fail("endpoint", "No response of \(endpoint): \(reason).")
        }
    }
}
#endif
