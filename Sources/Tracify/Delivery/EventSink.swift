/// Where events go: Tracify's endpoint, a file, a test's memory, or whatever you write.
///
/// A ``Tracker`` hands batches to its sink, several at once if ``BatchConfiguration/maximumConcurrentDeliveries`` says so. What it hands over is in
/// wire form and holds nothing personal.
///
/// ## Writing a sink
///
/// Deliver the whole batch or throw. A sink says what kind of failure it met and does nothing about it: it does not retry, split
/// or drop, that is the tracker's, the same for every sink. An error that is not a ``DeliveryError`` counts as retryable.
///
/// ```swift
/// struct PrintingSink: EventSink {
///     func deliver(_ batch: EventBatch) async throws {
///         for event in batch {
///             print(event.type.rawValue, String(decoding: event.json, as: UTF8.self))
///         }
///     }
/// }
/// ```
///
/// A batch may come again with the same event ids: after an error, or when the tracker could not see whether it arrived.
public protocol EventSink: Sendable {
    /// Delivers a batch as a whole.
    ///
    /// - Parameter batch: At least one event.
    /// - Throws: A ``DeliveryError`` that says what kind of failure it is; `CancellationError` when the task is cancelled, which
    ///   happens when the tracker's shutdown deadline has passed.
    func deliver(_ batch: EventBatch) async throws

    /// Called once, after the last delivery: closes files and connections. Does nothing by default.
    func shutdown() async
}

extension EventSink {
    /// Nothing to close.
    public func shutdown() async {}
}
