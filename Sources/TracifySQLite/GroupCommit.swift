//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if SQLite
import Dispatch
import Synchronization
import Tracify

/// Combines concurrent calls into one transaction, so that they share its fsync.
///
/// There is no timer. While one transaction is committed, the calls for the next one are collected; a single call is a transaction
/// of its own. A cancelled caller still waits for the commit, because its changes may already be durable.
final class GroupCommit: Sendable {
    /// One call.
    struct Job: Sendable {
        /// The number of bytes that the call writes, estimated.
        let weight: Int
        /// Executes the call within a transaction and returns a closure that resumes the caller after the commit.
        let run: @Sendable (inout StoreTransaction) throws -> @Sendable () -> Void
        /// Resumes the caller with an error.
        let fail: @Sendable (EventStoreError) -> Void
    }

    private struct State: Sendable {
        var pending: [Job] = []
        var isDraining = false
        var isClosed = false
    }

    /// The maximum weight of a transaction of several calls, in bytes, which keeps the write-ahead log small.
    ///
    /// One call may be more.
    private static let maximumWeight = 4 << 20

    private let database: StoreDatabase
    private let state = Mutex(State())
    private let queue = DispatchQueue(label: "tracify.sqlite")

    init(database: StoreDatabase) {
        self.database = database
    }

    /// Executes `body` in a transaction and returns after the commit.
    func perform<Value: Sendable>(
        weight: Int = 0,
        _ body: @escaping @Sendable (inout StoreTransaction) throws -> Value
    ) async throws(EventStoreError) -> Value {
        let result: Result<Value, EventStoreError> = await withCheckedContinuation { continuation in
            self.enqueue(
                Job(weight: weight) { transaction in
                    let result: Result<Value, EventStoreError>
                    do {
                        result = .success(try body(&transaction))
                    } catch let refusal as EventStoreError {
                        // The call failed before it changed anything, so the others of the group continue.
                        result = .failure(refusal)
                    }
                    return { continuation.resume(returning: result) }
                } fail: { error in
                    continuation.resume(returning: .failure(error))
                }
            )
        }
        return try result.get()
    }

    private func enqueue(_ job: Job) {
        let (isAccepted, isFirst) = self.state.withLock { state in
            guard !state.isClosed else { return (false, false) }
            state.pending.append(job)
            defer { state.isDraining = true }
            return (true, !state.isDraining)
        }
        guard isAccepted else { return job.fail(.storeClosed) }
        if isFirst {
            self.queue.async { self.drain() }
        }
    }

    /// Commits pending calls until there are none.
    ///
    /// Runs on the store's own queue.
    private func drain() {
        while let jobs = self.takePending() {
            var start = jobs.startIndex
            while start < jobs.endIndex {
                let end = GroupCommit.endOfGroup(jobs, from: start)
                self.commit(jobs[start..<end])
                start = end
            }
        }
    }

    private func takePending() -> [Job]? {
        self.state.withLock { state in
            guard !state.pending.isEmpty else {
                state.isDraining = false
                return nil
            }
            defer { state.pending = [] }
            return state.pending
        }
    }

    private static func endOfGroup(_ jobs: [Job], from start: Int) -> Int {
        var weight = jobs[start].weight
        var end = start + 1
        while end < jobs.endIndex, weight + jobs[end].weight <= GroupCommit.maximumWeight {
            weight += jobs[end].weight
            end += 1
        }
        return end
    }

    private func commit(_ jobs: ArraySlice<Job>) {
        do {
            let completions = try self.database.transaction { transaction in
                try jobs.map { try $0.run(&transaction) }
            }
            for complete in completions { complete() }
        } catch let error where jobs.count == 1 {
            for job in jobs { job.fail(error) }
        } catch {
            // One by one, so that a deletion succeeds on a disk that is too full for the group's other calls.
            for index in jobs.indices { self.commit(jobs[index...index]) }
        }
    }

    /// Closes the file after the accepted calls have ended; new calls throw.
    func close() async {
        self.state.withLock { $0.isClosed = true }
        await withCheckedContinuation { continuation in
            // The queue is serial, so this runs after a drain that is under way.
            self.queue.async {
                self.database.close()
                continuation.resume()
            }
        }
    }
}
#endif
