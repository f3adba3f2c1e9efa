#if SQLite
import Dispatch
import Synchronization
import Tracify

/// Collects what callers ask for, and does all that has come together in one transaction.
///
/// There is no timer: while one transaction is on its way to the disk, the next one collects. A lone call is a transaction of its
/// own. A caller that is cancelled waits all the same, because what it asked for may be on the disk already.
final class GroupCommit: Sendable {
    /// What a caller asked for.
    struct Job: Sendable {
        /// About how many bytes it writes.
        let weight: Int
        /// Does it, within a transaction, and gives what tells the caller, for after the commit.
        let run: @Sendable (inout StoreTransaction) throws -> @Sendable () -> Void
        /// Tells the caller that it was not done.
        let fail: @Sendable (EventStoreError) -> Void
    }

    private struct State: Sendable {
        var pending: [Job] = []
        var isDraining = false
        var isClosed = false
    }

    /// How much goes into one transaction, in bytes, so that the write-ahead log stays small. One call may be more.
    private static let maximumWeight = 4 << 20

    private let database: StoreDatabase
    private let state = Mutex(State())
    private let queue = DispatchQueue(label: "tracify.sqlite")

    init(database: StoreDatabase) {
        self.database = database
    }

    /// Does `body` in a transaction, and returns after the commit.
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
                        // Refused before anything was changed: the others of the group go on.
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

    /// On the store's own thread.
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
            let answers = try self.database.transaction { transaction in
                try jobs.map { try $0.run(&transaction) }
            }
            for answer in answers { answer() }
        } catch let error where jobs.count == 1 {
            for job in jobs { job.fail(error) }
        } catch {
            // Each alone, so that a deletion can succeed where there is no room for what came with it.
            for index in jobs.indices { self.commit(jobs[index...index]) }
        }
    }

    /// Refuses everything from now on, waits for what was accepted, and closes the file.
    func close() async {
        self.state.withLock { $0.isClosed = true }
        await withCheckedContinuation { continuation in
            // Behind the drain, if one is under way: the queue is serial.
            self.queue.async {
                self.database.close()
                continuation.resume()
            }
        }
    }
}

extension EventStoreError {
    static var storeClosed: EventStoreError { EventStoreError(.closed, "it was closed before") }
}
#endif
