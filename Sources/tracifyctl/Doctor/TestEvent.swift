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

/// One page view that shows whether events are accepted.
enum TestEvent {
    /// Sends a page view of an example visitor.
    ///
    /// - Parameters:
    ///   - configuration: The destination: staging or a loopback address.
    ///   - customerSiteID: The ID of the site.
    ///   - host: The host of the page.
    /// - Returns: Whether it was accepted, and if not, what to do.
    static func send(_ configuration: HTTPSink.Configuration, customerSiteID: CustomerSiteID, host: String) async -> Checkup {
        let endpoint = configuration.endpoint
        guard endpoint == .staging || endpoint.isLoopback else {
            return .fail(
                "test event",
                "Not sent to \(endpoint), because it would count as a real visit.",
                "Set TRACIFY_ENVIRONMENT to staging."
            )
        }
        do {
            let event = try self.event(customerSiteID, host)
            let json = EventEncoder().encode(event)
            let encoded = EncodedEvent(id: EventID(), type: .pageView, date: event.date, json: json[...])
            guard let batch = EventBatch([encoded]) else { return .fail("test event", "It could not be made.") }
            let sink = try HTTPSink(configuration: configuration)
            do {
                try await sink.deliver(batch)
                await sink.shutdown()
                return .ok("test event", "\(endpoint) accepted a page view of \(event.url).")
            } catch {
                await sink.shutdown()
                throw error
            }
        } catch let error as DeliveryError {
            return self.failure(error)
        } catch {
            return .fail("test event", "It could not be sent: \(error).")
        }
    }

    private static func event(_ customerSiteID: CustomerSiteID, _ host: String) throws(Tracify.ValidationError) -> Event {
        let (address, agent) = (ExplainedRequest.assumedPeer, "tracifyctl")
        return try Event(
            .pageView,
            customerSiteID: customerSiteID,
            url: PageURL("https://\(host)/tracifyctl-test"),
            origin: Origin("https://\(host)"),
            identity: IdentityData(
                session: AnonymizedHash(hashing: "\(address)|\(agent)"),
                address: AnonymizedHash(hashing: address),
                userAgent: AnonymizedHash(hashing: agent)
            ),
            date: Date()
        )
    }

    private static func failure(_ error: DeliveryError) -> Checkup {
        let advice: String? =
            switch error.code {
            case .unauthorized: "The token is not that of this environment, or the endpoint is wrong."
            case .rejected: "The endpoint accepts the token but not the event: compare TRACIFY_CUSTOMER_SITE_ID with your site's."
            case .retryable: "The destination has a problem now; try again later."
            default: nil
            }
        return .fail("test event", "Not accepted: \(error.reason).", advice)
    }
}
#endif
