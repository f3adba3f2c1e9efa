/// Makes as many batches of a run of events as the limits ask for.
struct BatchSplitter {
    private let maximumEvents: Int
    private let maximumBytes: Int
    private var batches: [EventBatch] = []
    private var builder = EventBatchBuilder()

    init(maximumEvents: Int, maximumBytes: Int) {
        self.maximumEvents = maximumEvents
        self.maximumBytes = maximumBytes
    }

    mutating func append(id: UInt64, type: EventType, write: (inout [UInt8]) -> Void) {
        self.builder.append(id: id, type: type, write: write)
        // How long an event is shows once it is written; one too many is taken out again and begins the next batch.
        if self.builder.byteCount > self.maximumBytes, self.builder.count > 1, let overflow = self.builder.removeLast() {
            self.close()
            self.builder.append(id: overflow.id, type: overflow.type) { $0.append(contentsOf: overflow.json) }
        } else if self.builder.count == self.maximumEvents {
            self.close()
        }
    }

    private mutating func close() {
        if let batch = self.builder.finish() { self.batches.append(batch) }
    }

    mutating func finish() -> [EventBatch] {
        self.close()
        return self.batches
    }
}
