/// The optional white space of HTTP (RFC 9110, section 5.6.3): spaces and tabs.
enum Blanks {
    static func contains(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
    }

    static func trimming<Bytes: BidirectionalCollection<UInt8>>(_ bytes: Bytes) -> Bytes.SubSequence {
        var rest = bytes.drop(while: self.contains)
        while let last = rest.last, self.contains(last) { rest.removeLast() }
        return rest
    }
}
