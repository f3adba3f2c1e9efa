//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

/// An error that a tracker throws when it does not accept a call.
public struct TrackerError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kind of error.
    ///
    /// A struct, so that kinds can be added without breaking a `switch`.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        private enum Name: String {
            case queueFull = "queue full"
            case shuttingDown = "shutting down"
            case noCurrentVisit = "no current visit"
            case alreadyRunning = "already running"
            case hashingUnavailable = "hashing unavailable"
            case sinkInUse = "sink in use"
            case storeInUse = "store in use"
            case refused = "refused"
            case tooManyErasures = "too many erasures"
            case sessionErasureUnsupported = "session erasure unsupported"
            case sessionStoreTimeout = "session store timeout"
        }

        private let name: Name

        /// The queue is full of orders and conversions, which are never evicted.
        public static let queueFull = Code(name: .queueFull)
        /// The tracker is shutting down or has ended.
        public static let shuttingDown = Code(name: .shuttingDown)
        /// There is no visit: the call was not made in a handler, the middleware is not attached, or the order has no stored visit.
        ///
        /// An order without any visit cannot be reported, because every event requires the hashes of an address and a user agent.
        public static let noCurrentVisit = Code(name: .noCurrentVisit)
        /// ``Tracker/run()`` was called a second time.
        public static let alreadyRunning = Code(name: .alreadyRunning)
        /// The system's crypto library has no SHA-256, so nothing can be anonymized.
        public static let hashingUnavailable = Code(name: .hashingUnavailable)
        /// Another tracker of the process uses the sink, which is not ``EventSink/isShareable``, or a sink of the same multiplex.
        public static let sinkInUse = Code(name: .sinkInUse)
        /// Another tracker of the process uses the store.
        public static let storeInUse = Code(name: .storeInUse)

        /// ``CaptureConfiguration/beforeSend`` returned no event for the order, the conversion or the survey answer.
        public static let refused = Code(name: .refused)

        /// Too many calls of ``Tracker/eraseVisitor(_:)`` wait for events in the queue; nothing was erased.
        public static let tooManyErasures = Code(name: .tooManyErasures)
        /// The session store has no ``SessionStore/eraseSession(_:)``; everything else was erased.
        public static let sessionErasureUnsupported = Code(name: .sessionErasureUnsupported)
        /// The session store did not answer within ``SessionConfiguration/lookupTimeout``; everything else was erased.
        public static let sessionStoreTimeout = Code(name: .sessionStoreTimeout)

        /// The name of the kind.
        public var description: String { self.name.rawValue }

        fileprivate var explanation: String {
            switch self.name {
            case .queueFull: "The queue is full of orders and conversions. Raise `queue.maximumEvents` or add an event store."
            case .shuttingDown: "The tracker is shutting down and accepts no more events."
            case .noCurrentVisit:
                """
                There is no visit, without which nothing can be reported. Attach the middleware, call this in a handler, or pass a \
                visit that was stored with an earlier order or with the customer's account.
                """
            case .alreadyRunning: "The tracker has been run already. Run it once."
            case .hashingUnavailable:
                "The system's crypto library has no SHA-256. Check its configuration: `openssl list -providers`."
            case .sinkInUse:
                "The sink is in use by another tracker of this process. Create a sink for each tracker, or use one tracker."
            case .storeInUse:
                "The store is in use by another tracker of this process. Create a store for each tracker, or use one tracker."
            case .refused: "`capture.beforeSend` returned no event, so nothing is reported."
            case .tooManyErasures:
                "Too many erasures wait for events in the queue. Restore delivery or run the tracker, and erase the visitor again."
            case .sessionErasureUnsupported:
                "The session store cannot erase the session, because it does not implement `eraseSession(_:)`. Implement it."
            case .sessionStoreTimeout:
                "The session store did not answer within `sessions.lookupTimeout`. Erase the visitor again."
            }
        }
    }

    /// The kind of error.
    public let code: Code

    package static let queueFull = TrackerError(code: .queueFull)
    package static let shuttingDown = TrackerError(code: .shuttingDown)
    package static let noCurrentVisit = TrackerError(code: .noCurrentVisit)
    package static let alreadyRunning = TrackerError(code: .alreadyRunning)
    package static let hashingUnavailable = TrackerError(code: .hashingUnavailable)
    package static let sinkInUse = TrackerError(code: .sinkInUse)
    package static let storeInUse = TrackerError(code: .storeInUse)
    package static let refused = TrackerError(code: .refused)
    package static let tooManyErasures = TrackerError(code: .tooManyErasures)
    package static let sessionErasureUnsupported = TrackerError(code: .sessionErasureUnsupported)
    package static let sessionStoreTimeout = TrackerError(code: .sessionStoreTimeout)

    /// What happened and what to do, in one line.
    public var description: String { self.code.explanation }
}
