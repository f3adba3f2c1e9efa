//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Vapor
import Logging
import NIOCore
public import ServiceLifecycle
import Synchronization
public import Vapor

/// A lifecycle handler that runs a tracker as long as a Vapor application, and drains it after the server has shut down.
///
/// ```swift
/// app.lifecycle.use(TracifyLifecycle(tracker))
/// ```
///
/// Vapor shuts its server down only after all lifecycle handlers. This handler therefore shuts the server down first and waits
/// for the requests in progress, up to the server's `shutdownTimeout`. It waits also for a handler whose client has gone, if its request
/// has passed a ``TracifyMiddleware``. Then it shuts the service down gracefully. Vapor does all this in `asyncShutdown()`, which must be
/// called after `execute()` has returned or thrown, as in Vapor's template.
///
/// Lifecycle handlers shut down in reverse order. Add this handler before those that report orders while they shut down, such as
/// the workers of a job queue in the application, and after those that the last requests need, such as a database.
public final class TracifyLifecycle: LifecycleHandler {
    private struct Run {
        let group: ServiceGroup
        let started: AsyncStream<Void>
        let task: Task<Void, Never>

        func waitUntilStarted() async {
            for await _ in self.started {}
        }
    }

    private let service: any Service
    private let run = Mutex<Run?>(nil)

    /// Creates a handler.
    ///
    /// - Parameter service: The service to run: a `Tracker`, or another service in a handler of its own.
    public init(_ service: some Service) {
        self.service = service
    }

    /// Starts the service.
    ///
    /// - Parameter application: The application, whose logger the service group uses.
    public func willBoot(_ application: Application) {
        application.countRequestsInProgress()
        self.run.withLock { run in
            guard run == nil else { return }
            run = Self.start(self.service, logger: application.logger)
        }
    }

    /// Starts the service and waits until it runs.
    ///
    /// - Parameter application: The application, whose logger the service group uses.
    public func willBootAsync(_ application: Application) async {
        self.willBoot(application)
        await self.run.withLock { $0 }?.waitUntilStarted()
    }

    /// Shuts the server down and then the service, and waits for both.
    ///
    /// - Parameter application: The application.
    public func shutdownAsync(_ application: Application) async {
        let deadline = self.deadline(of: application)
        await application.server.shutdown()
        await application.requestsInProgress?.waitUntilNone(until: deadline)
        await self.end()
    }

    /// Shuts the server down and then the service, and blocks until both have ended.
    ///
    /// Vapor calls it for an application that is shut down without `async`.
    ///
    /// - Parameter application: The application.
    public func shutdown(_ application: Application) {
        let deadline = self.deadline(of: application)
        application.server.shutdown()
        try? application.eventLoopGroup.any()
            .makeFutureWithTask {
                await application.requestsInProgress?.waitUntilNone(until: deadline)
                await self.end()
            }
            .wait()
    }

    private func deadline(of application: Application) -> ContinuousClock.Instant {
        .now.advanced(by: Duration(application.http.server.configuration.shutdownTimeout))
    }

    /// Starts the service in an unstructured task, because Vapor offers no other place for it.
    private static func start(_ service: any Service, logger: Logger) -> Run {
        let (started, start) = AsyncStream.makeStream(of: Void.self)
        let group = ServiceGroup(services: [StartSignalingService(service: service, start: start)], logger: logger)
        let task = Task {
            do {
                try await group.run()
            } catch {
                logger.error(
                    "A service failed and no longer runs. Restart the application.",
                    metadata: ["service": "\(type(of: service))", "error": "\(error)"]
                )
            }
        }
        return Run(group: group, started: started, task: task)
    }

    private func end() async {
        guard let run = self.run.withLock({ $0 }) else { return }
        await run.waitUntilStarted()
        await run.group.triggerGracefulShutdown()
        await run.task.value
    }
}

/// A service that signals that it runs.
///
/// A service group may not honor a graceful shutdown that is triggered before it runs.
private struct StartSignalingService: Service, CustomStringConvertible {
    let service: any Service
    let start: AsyncStream<Void>.Continuation

    /// The name of the service in the group's log.
    var description: String { "\(type(of: self.service))" }

    func run() async throws {
        self.start.finish()
        try await self.service.run()
    }
}
#endif
