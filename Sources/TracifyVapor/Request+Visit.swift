#if Vapor
public import Tracify
public import Vapor

extension Request {
    /// The visit that the request belongs to, set by ``TracifyMiddleware``; `nil` where that has not been.
    ///
    /// The same as ``Tracify/Visit/current`` is for the request's task, and also there where a task-local value does not reach: in the
    /// callbacks of an `EventLoopFuture`.
    public internal(set) var visit: Visit? {
        get { self.storage[VisitKey.self] }
        set { self.storage[VisitKey.self] = newValue }
    }

    private struct VisitKey: StorageKey {
        typealias Value = Visit
    }
}
#endif
