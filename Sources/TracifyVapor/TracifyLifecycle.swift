#if Vapor
import Logging
public import ServiceLifecycle
import Synchronization
public import Vapor

/// Runs a tracker for as long as a Vapor application, and lets it deliver what is left once nobody is served any more.
///
/// ```swift
/// app.lifecycle.use(TracifyLifecycle(tracker))
/// ```
///
/// Vapor itself ends its server only after all lifecycle handlers. This one ends the server first and waits for the requests that
/// are being answered, for as long as the server's `shutdownTimeout` lets them; then it ends the service, gracefully. Vapor does
/// all this in `asyncShutdown()`, which has to be called, as Vapor's template does, after `execute()` has returned or thrown.
///
/// Handlers end in reverse order. So add it before whatever reports orders while it ends, such as workers of a job queue inside the
/// application, and after what request handlers need until the last one is through, such as a database.
public final class TracifyLifecycle: LifecycleHandler {
    private struct Run {
        let group: ServiceGroup
        let started: AsyncStream<Void>
        let task: Task<Void, Never>

        func hasStarted() async {
            for await _ in self.started {}
        }
    }

    private let service: any Service
    private let run = Mutex<Run?>(nil)

    /// Creates a handler.
    ///
    /// - Parameter service: What runs: a ``Tracify/Tracker``, or another service, with a handler of its own.
    public init(_ service: some Service) {
        self.service = service
    }

    /// Starts the service.
    public func willBoot(_ application: Application) {
        self.run.withLock { run in
            guard run == nil else { return }
            run = Self.start(self.service, logger: application.logger)
        }
    }

    /// Starts the service and waits until it runs.
    public func willBootAsync(_ application: Application) async {
        self.willBoot(application)
        await self.run.withLock { $0 }?.hasStarted()
    }

    /// Ends the server and then the service.
    public func shutdownAsync(_ application: Application) async {
        await application.server.shutdown()
        await self.end()
    }

    /// Does the same for an application that is shut down without `async`.
    public func shutdown(_ application: Application) {
        application.server.shutdown()
        try? application.eventLoopGroup.any().makeFutureWithTask { await self.end() }.wait()
    }

    /// Vapor leaves no other place for it than a task of its own.
    private static func start(_ service: any Service, logger: Logger) -> Run {
        let (started, start) = AsyncStream.makeStream(of: Void.self)
        let group = ServiceGroup(services: [AnnouncedService(service: service, start: start)], logger: logger)
        let task = Task {
            do {
                try await group.run()
            } catch {
                logger.error("\(type(of: service)) failed: \(error)")
            }
        }
        return Run(group: group, started: started, task: task)
    }

    private func end() async {
        guard let run = self.run.withLock({ $0 }) else { return }
        await run.hasStarted()
        await run.group.triggerGracefulShutdown()
        await run.task.value
    }
}

/// Says when it runs: a group that is told to end before it runs need not remember it.
private struct AnnouncedService: Service, CustomStringConvertible {
    let service: any Service
    let start: AsyncStream<Void>.Continuation

    /// What the group's log calls it.
    var description: String { "\(type(of: self.service))" }

    func run() async throws {
        self.start.finish()
        try await self.service.run()
    }
}
#endif
