//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if SQLite
/// The number of pages that rows take at the end of a table, estimated.
///
/// SQLite fills a page until the next row does not fit.
struct PageEstimate {
    /// The bytes of a row besides its content, at most (SQLite's file format, sections 1.6 and 2.1): length (2), position below 2⁴²
    /// (6), record header (12), type (1), ID (16), date (8) and cell pointer (2).
    ///
    /// The length and the header of a row with overflow pages can take a few bytes more, which ``add(contentBytes:)`` allows for.
    static let rowOverhead = 2 + 6 + 12 + 1 + 16 + 8 + 2

    /// A leaf page without its header.
    private static let usable = StoreBounds.pageSize - 8
    /// The longest row that is stored within a page, and the least that stays in the page of a longer row (SQLite's file format,
    /// section 1.6).
    private static let longest = StoreBounds.pageSize - 35
    private static let shortest = (StoreBounds.pageSize - 12) * 32 / 255 - 23

    /// The number of leaf and overflow pages.
    ///
    /// The first leaf is counted in full, because the free space of the table's last page is not known.
    private(set) var pages = 0
    private var free = 0

    /// Adds a row.
    ///
    /// - Parameter contentBytes: The bytes of the JSON, the site and the order ID.
    mutating func add(contentBytes: Int) {
        var bytes = contentBytes + PageEstimate.rowOverhead
        if bytes > PageEstimate.longest {
            // The rest is in overflow pages, each with a link to the next.
            let perPage = StoreBounds.pageSize - 4
            let remainder = PageEstimate.shortest + (bytes - PageEstimate.shortest) % perPage
            let local = remainder <= PageEstimate.longest ? remainder : PageEstimate.shortest
            self.pages += (bytes - local + perPage - 1) / perPage
            // The overhead may be a few bytes too high, and they can decide whether the row needs one more page.
            bytes = local + PageEstimate.rowOverhead
        }
        guard bytes > self.free else {
            self.free -= bytes
            return
        }
        self.pages += 1
        self.free = PageEstimate.usable - bytes
    }

    /// The number of pages, interior pages included.
    var total: Int { self.pages == 0 ? 0 : self.pages + self.pages / 256 + 1 }
}
#endif
