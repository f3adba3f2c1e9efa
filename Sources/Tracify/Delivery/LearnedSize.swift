/// What is known of the longest body that a far end takes, after it refused one as too large.
///
/// It grows again while bodies of about that size are taken, as whatever stood in the way may be gone. Each time that proves wrong,
/// twice as many have to be taken before the next try, so a far end that is strict for good refuses a body ever more rarely.
struct LearnedSize: Sendable, Equatable {
    /// The longest body to send, in bytes.
    private(set) var bytes: Int
    private var taken = 0
    private var takenToGrow: Int
    private var hasGrown = false

    private static let firstTakenToGrow = 32
    private static let lastTakenToGrow = 4096

    init(refused batch: EventBatch, before: LearnedSize?) {
        // A single event says no more than that its own length is too long.
        let passing = batch.count > 1 ? batch.body.count / 2 : batch.body.count - 1
        self.bytes = min(before?.bytes ?? .max, passing)
        let toGrow = before?.takenToGrow ?? LearnedSize.firstTakenToGrow
        self.takenToGrow = before?.hasGrown == true ? min(toGrow * 2, LearnedSize.lastTakenToGrow) : toGrow
    }

    /// A body of this many bytes was taken.
    mutating func noteTaken(_ count: Int) {
        guard count > self.bytes / 2 else { return }
        self.taken += 1
        guard self.taken >= self.takenToGrow, self.bytes <= Int.max / 2 else { return }
        self.bytes *= 2
        self.taken = 0
        self.hasGrown = true
    }
}
