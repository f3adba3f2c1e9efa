//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Logging
public import ServiceLifecycle

extension Tracker: Service {
    /// Delivers until the service group shuts down or the task is cancelled; then drains the queue within the deadlines of
    /// ``ShutdownConfiguration``, and shuts the sink down.
    ///
    /// A disabled tracker only waits for the shutdown; see ``Configuration/isEnabled``.
    ///
    /// - Throws: ``TrackerError/Code/alreadyRunning``.
    public func run() async throws {
        guard self.runState.start() else { throw TrackerError.alreadyRunning }
        await withTaskCancellationHandler {
            await withGracefulShutdownHandler {
                await self.deliverUntilClosed()
            } onGracefulShutdown: {
                self.intake.queue.close(.gracefully)
            }
        } onCancel: {
            self.intake.queue.close(.byCancellation)
        }
    }

    /// Logs the settings that decide what is reported, and where to.
    private func logStart() {
        guard self.isEnabled else { return }
        let capture = self.rules.configuration
        let proxies =
            capture.trustedProxies.networks.map(\.description) + (capture.trustedProxies.trustsUnixSocket ? ["unix"] : [])
        self.logger.notice(
            "Tracking starts",
            metadata: [
                "customer_site_id": "\(self.intake.customerSiteID.text)",
                "sites": "\(capture.sites.isEmpty ? "any" : capture.sites.map(\.host.description).joined(separator: ","))",
                "destination": "\(self.destination)",
                "store": "\(self.intake.store.map { "\(type(of: $0))" } ?? "none")",
                "consent": "\(capture.consent.description)",
                "trusted_proxies": "\(proxies.isEmpty ? "none" : proxies.joined(separator: ","))",
            ]
        )
        if capture.sites.isEmpty {
            self.logger.notice(
                """
                Any host that a client names is reported as the site. Set `capture.sites` (TRACIFY_SITES) to the hosts of your shop.
                """
            )
        }
    }

    /// Delivers until the queue is closed and drained, and then lets other trackers use the sink and the store.
    func deliverUntilClosed() async {
        self.logStart()
        await self.exporter.run()
        self.claim.release()
    }
}
