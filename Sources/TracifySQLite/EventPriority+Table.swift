#if SQLite
import Tracify

extension EventPriority {
    /// The name of the table that holds the events of this priority.
    var table: String {
        switch self {
        case .pageViews: "pageview"
        case .interest: "interest"
        case .orders: "orders"
        }
    }
}
#endif
