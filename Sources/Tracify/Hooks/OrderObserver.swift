/// Told of what the shop lives from. The calls return once the event is safe, so a shop can await them inside its checkout.
///
/// Application code takes `any OrderObserver` and is tested with a fake of a few lines:
///
/// ```swift
/// actor RecordedOrders: OrderObserver {
///     var orders: [Order] = []
///     func orderPlaced(_ order: Order, by visit: Visit) { orders.append(order) }
///     func conversionCompleted(_ conversion: Conversion, by visit: Visit) {}
/// }
/// ```
public protocol OrderObserver: Sendable {
    /// An order was placed.
    ///
    /// - Parameters:
    ///   - order: The order.
    ///   - visit: The visit it was placed in, with the customer's email if it is known: `visit.with(email:)`.
    /// - Throws: ``TrackerError`` when the event is not safe; ``InvalidValue`` for a visit made by hand with a date or parameters that
    ///   no event takes; ``HashingUnavailable``. Nothing of the event is sent then, and the call can be made again.
    func orderPlaced(_ order: Order, by visit: Visit) async throws

    /// A conversion was completed.
    ///
    /// - Parameters:
    ///   - conversion: The conversion.
    ///   - visit: The visit it was completed in.
    /// - Throws: As ``orderPlaced(_:by:)``.
    func conversionCompleted(_ conversion: Conversion, by visit: Visit) async throws
}

extension OrderObserver {
    /// An order was placed in the current request's visit.
    ///
    /// - Parameter order: The order.
    /// - Throws: As ``orderPlaced(_:by:)``; ``TrackerError/noCurrentVisit`` outside of a handler.
    public func orderPlaced(_ order: Order) async throws {
        try await self.orderPlaced(order, by: try Visit.requireCurrent())
    }

    /// A conversion was completed in the current request's visit.
    ///
    /// - Parameter conversion: The conversion.
    /// - Throws: As ``orderPlaced(_:by:)``; ``TrackerError/noCurrentVisit`` outside of a handler.
    public func conversionCompleted(_ conversion: Conversion) async throws {
        try await self.conversionCompleted(conversion, by: try Visit.requireCurrent())
    }
}

extension Visit {
    static func requireCurrent() throws(TrackerError) -> Visit {
        guard let visit = Visit.current else { throw .noCurrentVisit }
        return visit
    }
}

/// Why a tracker did not take an event.
public struct TrackerError: Error, Hashable, Sendable, CustomStringConvertible {
    private enum Code: Hashable, Sendable {
        case queueFull, shuttingDown, noCurrentVisit, unusableVisit, alreadyRunning
    }

    private let code: Code

    /// The queue is full of events that are as important.
    public static let queueFull = TrackerError(code: .queueFull)
    /// The tracker has been told to stop.
    public static let shuttingDown = TrackerError(code: .shuttingDown)
    /// There is no ``Visit/current``: the call was not made in a handler, or the middleware is not attached.
    public static let noCurrentVisit = TrackerError(code: .noCurrentVisit)
    /// The visit's request named no host that a URL can hold, so there is no page that the event belongs to. Make a visit by hand
    /// instead.
    public static let unusableVisit = TrackerError(code: .unusableVisit)
    /// ``Tracker/run()`` was called a second time.
    public static let alreadyRunning = TrackerError(code: .alreadyRunning)

    /// Lets a `catch` clause name the error: `catch TrackerError.queueFull`.
    public static func ~= (pattern: TrackerError, error: any Error) -> Bool {
        error as? TrackerError == pattern
    }

    /// One line.
    public var description: String {
        switch self.code {
        case .queueFull: "the queue is full of events that are as important"
        case .shuttingDown: "the tracker is shutting down and takes nothing more"
        case .noCurrentVisit: "there is no current visit: not in a handler, or the middleware is not attached"
        case .unusableVisit: "the visit's request named no usable host, so there is no page that the event belongs to"
        case .alreadyRunning: "the tracker runs already, or has run: run it once"
        }
    }
}
