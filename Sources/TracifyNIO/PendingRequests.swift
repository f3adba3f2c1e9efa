//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import HTTPTypes
import NIOCore
import Tracify

/// The requests of a connection that wait for their responses, in order of arrival, which is also the order of the responses.
///
/// A few requests are stored, and further ones are only counted. A client that pipelines many requests therefore costs no memory
/// here, and each response is still paired with its own request.
struct PendingRequests {
    /// A request and its visit.
    struct Entry {
        let request: HTTPRequest
        let visit: Visit
    }

    /// The maximum number of stored requests.
    ///
    /// With `HTTPServerPipelineHandler` in the pipeline, there is never more than one.
    static let capacity = 16

    // Room for one request: a `CircularBuffer` grows when it is full.
    private var entries = CircularBuffer<Entry>(initialCapacity: 2)
    /// The number of requests after the stored ones that are only counted.
    private var overflowCount = 0

    /// Adds a request.
    mutating func append(_ entry: Entry) {
        // While a request that is only counted waits, later requests are behind it.
        if self.overflowCount == 0, self.entries.count < Self.capacity {
            self.entries.append(entry)
        } else {
            self.overflowCount += 1
        }
    }

    /// Removes and returns the request of the next response; `nil` when there is none or it was only counted.
    mutating func removeFirst() -> Entry? {
        if let entry = self.entries.popFirst() { return entry }
        if self.overflowCount > 0 { self.overflowCount -= 1 }
        return nil
    }

    mutating func removeAll() {
        self.entries.removeAll()
        self.overflowCount = 0
    }
}
