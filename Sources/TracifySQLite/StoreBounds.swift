#if SQLite
/// How big the files may become, in pages.
struct StoreBounds: Sendable {
    /// SQLite's default, which is also the block size of most disks.
    static let pageSize = 4096

    /// How many pages of the main file may be in use.
    let pages: Int
    /// After how many pages the log is moved into the main file.
    let checkpointPages: Int
    /// To how many bytes the log is cut when it was longer.
    let logBytes: Int64

    init(maximumBytes: Int64) {
        let bytes = max(maximumBytes, SQLiteEventStore.Configuration.smallestMaximumBytes)
        self.logBytes = min(bytes / 4, 8 << 20)
        self.pages = Int(bytes - self.logBytes) / StoreBounds.pageSize
        // Half, as the last transaction before that may be long.
        self.checkpointPages = Int(self.logBytes) / StoreBounds.pageSize / 2
    }
}

/// How many pages rows will take at the end of a table: SQLite fills a page until the next row does not fit.
struct PageEstimate {
    /// A page without its header.
    private static let usable = StoreBounds.pageSize - 12
    /// The longest row that is stored within a page, and what at least of a longer one stays there (SQLite's file format, 1.6).
    private static let longest = StoreBounds.pageSize - 35
    private static let shortest = (StoreBounds.pageSize - 12) * 32 / 255 - 23
    /// A row's id, length, header, type and place in the page, at most.
    private static let overhead = 24

    /// How many pages. The first is counted in full, as what is left of the table's last page is not known.
    private(set) var pages = 0
    private var free = 0

    mutating func add(jsonBytes: Int) {
        var bytes = jsonBytes + PageEstimate.overhead
        if bytes > PageEstimate.longest {
            // The rest is in pages of its own, each with a link to the next.
            let perPage = StoreBounds.pageSize - 4
            let remainder = PageEstimate.shortest + (bytes - PageEstimate.shortest) % perPage
            let local = remainder <= PageEstimate.longest ? remainder : PageEstimate.shortest
            self.pages += (bytes - local + perPage - 1) / perPage
            // The estimate of the overhead may be a few bytes too much, which may be the difference between both.
            bytes = local + PageEstimate.overhead
        }
        guard bytes > self.free else {
            self.free -= bytes
            return
        }
        self.pages += 1
        self.free = PageEstimate.usable - bytes
    }

    /// With the pages that point to the others.
    var total: Int { self.pages == 0 ? 0 : self.pages + self.pages / 256 + 1 }
}
#endif
