//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

extension MultiplexSink {
    /// A sink of a multiplex, and whether the delivery of a batch waits for it.
    public struct Branch: Sendable {
        /// The sink.
        public let sink: any EventSink
        /// The name in logs, in the reasons of errors and in ``MultiplexSink/droppedEvents``.
        ///
        /// The name of the sink's type, unless another was given. The multiplex numbers names that repeat: `FileSink`, `FileSink 2`.
        public internal(set) var name: String
        /// Whether a batch counts as delivered only when this sink has accepted it.
        public var isRequired: Bool { self.bestEffort == nil }

        /// The settings of a best-effort branch; `nil` for a required one.
        let bestEffort: BestEffortConfiguration?

        private init(_ sink: any EventSink, name: String?, bestEffort: BestEffortConfiguration?) {
            self.sink = sink
            self.name = name ?? "\(type(of: sink))"
            self.bestEffort = bestEffort
        }

        /// Returns a branch that every batch waits for.
        ///
        /// - Parameters:
        ///   - sink: The sink.
        ///   - name: The branch's name; the name of the sink's type when `nil`.
        /// - Returns: A branch that every batch waits for.
        public static func required(_ sink: any EventSink, name: String? = nil) -> Branch {
            Branch(sink, name: name, bestEffort: nil)
        }

        /// Returns a branch with a queue and a task of its own, which no batch waits for.
        ///
        /// - Parameters:
        ///   - sink: The sink.
        ///   - name: The branch's name; the name of the sink's type when `nil`.
        ///   - configuration: The limits of the queue and of retries.
        /// - Returns: A branch that no batch waits for.
        public static func bestEffort(
            _ sink: any EventSink,
            name: String? = nil,
            configuration: BestEffortConfiguration = BestEffortConfiguration()
        ) -> Branch {
            Branch(sink, name: name, bestEffort: configuration)
        }
    }
}
