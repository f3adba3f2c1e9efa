//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Synchronization

/// The claim of a tracker to its sink and its store, which no other tracker of the process may use at the same time.
///
/// Two trackers on one store deliver every event twice, and the first that ends shuts a shared sink down for the other. Only objects
/// have an identity that can be claimed: a sink that is a struct is not checked.
final class ExclusiveClaim: Sendable {
    private static let claimed = Mutex<Set<ObjectIdentifier>>([])

    /// The claimed objects, which stay alive as long as they are claimed: a later object may have the identity of one that is gone.
    private let objects: Mutex<[ObjectIdentifier: any Sendable]>

    init(sink: any EventSink, store: (any EventStore)?) throws(TrackerError) {
        var objects: [ObjectIdentifier: any Sendable] = [:]
        Self.addExclusiveSinks(of: sink, to: &objects)
        let sinks = Set(objects.keys)
        let storeID = store.flatMap { Self.identity(of: $0) }
        if let store, let storeID { objects[storeID] = store }
        let refusal = Self.claimed.withLock { claimed -> TrackerError? in
            guard claimed.isDisjoint(with: sinks) else { return .sinkInUse }
            if let storeID, claimed.contains(storeID) { return .storeInUse }
            claimed.formUnion(objects.keys)
            return nil
        }
        // Before the object is complete, so that its `deinit` does not release the claim of another tracker.
        if let refusal { throw refusal }
        self.objects = Mutex(objects)
    }

    deinit {
        self.release()
    }

    /// Ends the claim.
    ///
    /// Later calls have no effect.
    func release() {
        let objects = self.objects.withLock { objects in
            defer { objects = [:] }
            return objects
        }
        Self.claimed.withLock { $0.subtract(objects.keys) }
    }

    private static func addExclusiveSinks(of sink: any EventSink, to objects: inout [ObjectIdentifier: any Sendable]) {
        if !sink.isShareable, let id = self.identity(of: sink) { objects[id] = sink }
        guard let multiplex = sink as? MultiplexSink else { return }
        for branch in multiplex.branches { self.addExclusiveSinks(of: branch.sink, to: &objects) }
    }

    /// The identity of an object; `nil` for a value.
    private static func identity(of value: any Sendable) -> ObjectIdentifier? {
        // Not `value as AnyObject` alone, which also boxes values.
        type(of: value) is AnyClass ? ObjectIdentifier(value as AnyObject) : nil
    }
}
