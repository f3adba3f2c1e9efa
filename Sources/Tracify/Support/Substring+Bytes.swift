//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

extension Substring {
    /// Returns the index of the first byte that satisfies the predicate; `nil` if no byte does.
    ///
    /// It scans the contiguous UTF-8 storage, which is faster than the standard library's search by string index.
    @inline(__always)
    func firstPlace(where isFound: (UInt8) -> Bool) -> Index? {
        let offset = self.utf8.withContiguousStorageIfAvailable { bytes -> Int? in
            var offset = 0
            while offset < bytes.count {
                if isFound(bytes[offset]) { return offset }
                offset &+= 1
            }
            return nil
        }
        guard let offset else { return self.utf8.firstIndex(where: isFound) }
        return offset.map { self.utf8.index(self.startIndex, offsetBy: $0) }
    }

    /// Returns whether all bytes satisfy the predicate; `true` if there are no bytes.
    @inline(__always)
    func allBytes(_ isAllowed: (UInt8) -> Bool) -> Bool {
        self.firstPlace { !isAllowed($0) } == nil
    }

    /// Returns the parts before and after the first occurrence of the byte.
    ///
    /// If the byte does not occur, the first part is the whole text and the second part is empty.
    @inline(__always)
    func splitOnce(at byte: UInt8) -> (Substring, Substring) {
        guard let place = self.firstPlace(where: { $0 == byte }) else { return (self, self[self.endIndex...]) }
        return (self[..<place], self[self.utf8.index(after: place)...])
    }
}
