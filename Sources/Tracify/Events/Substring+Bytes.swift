extension Substring {
    /// The place of the first such byte.
    ///
    /// The standard library's own search goes from index to index of a string; this one goes over the bytes.
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

    /// Whether all bytes are such.
    @inline(__always)
    func allBytes(_ isAllowed: (UInt8) -> Bool) -> Bool {
        self.firstPlace { !isAllowed($0) } == nil
    }

    /// What is before the first such byte, and what is after it; all and nothing when there is none.
    @inline(__always)
    func splitOnce(at byte: UInt8) -> (Substring, Substring) {
        guard let place = self.firstPlace(where: { $0 == byte }) else { return (self, self[self.endIndex...]) }
        return (self[..<place], self[self.utf8.index(after: place)...])
    }
}
