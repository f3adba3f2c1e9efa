/// Why something that was to be delivered was not. Every such event is counted under its type and one of these.
public enum DropReason: String, Sendable, Hashable, CaseIterable {
    /// The queue was full, and something more important was in it or came.
    case queueFull = "queue_full"
    /// It came after the tracker had been told to stop.
    case shuttingDown = "shutting_down"
    /// The shutdown deadline passed before it was delivered, and there is no store to keep it.
    case shutdownDeadline = "shutdown_deadline"
    /// It was reported outside of a request, without a visit.
    case noVisit = "no_visit"
    /// The visit's request did not name a usable host, so there is no page it belongs to.
    case invalidHost = "invalid_host"
    /// It could not be anonymized.
    case hashingUnavailable = "hashing_unavailable"
    /// It is not as the contract has it: more items in a cart than an event takes, a time no calendar has.
    case invalid
    /// The far end was down for longer than events that are kept in memory are tried for.
    case retryLimit = "retry_limit"
    /// The store was full, and something more important was in it or came.
    case storeFull = "store_full"
    /// The store could not write it.
    case storeFailed = "store_failed"
    /// It had been rejected, and more dead letters came than are kept.
    case deadLetterLimit = "dead_letter_limit"
}
