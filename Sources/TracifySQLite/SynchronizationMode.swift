#if SQLite
/// The value of SQLite's `PRAGMA synchronous`.
enum SynchronizationMode: String, Sendable {
    case full = "FULL"
    case normal = "NORMAL"
}
#endif
