#if SQLite
import Tracify
import TracifySQLite

private func store(_ configuration: Tracker.Configuration, _ sink: some EventSink) throws -> Tracker {
    // sample begin
    let store = try SQLiteEventStore(configuration: .init(path: "/var/lib/shop/tracify.sqlite"))
    let tracker = try Tracker(configuration: configuration, sink: sink, store: store)
    // sample end
    return tracker
}
#endif
