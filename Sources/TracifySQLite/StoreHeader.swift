//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if SQLite
/// The first page of a store, as far as it tells that the file is one (SQLite's file format, section 1.3).
struct StoreHeader: Equatable {
    /// The number of bytes that are read.
    static let length = 100

    private static let magic = Array("SQLite format 3\0".utf8)
    /// The schema's version.
    let userVersion: UInt32

    /// Reads the header of a page.
    ///
    /// - Parameter page: The first bytes of the page.
    /// - Returns: `nil` when they are not of a store: the application ID must be there, and one of two other fixed parts, so that a
    ///   text that happens to have these four bytes is not taken for a store.
    init?(_ page: some RandomAccessCollection<UInt8>) {
        let bytes = Array(page.prefix(StoreHeader.length))
        guard bytes.count == StoreHeader.length else { return nil }
        func word(_ offset: Int) -> UInt32 { bytes[offset..<(offset + 4)].reduce(0) { $0 << 8 | UInt32($1) } }
        guard word(68) == UInt32(StoreSchema.applicationID) else { return nil }
        guard bytes.starts(with: StoreHeader.magic) || bytes[21..<24].elementsEqual([64, 32, 32]) else { return nil }
        self.userVersion = word(60)
    }
}
#endif
