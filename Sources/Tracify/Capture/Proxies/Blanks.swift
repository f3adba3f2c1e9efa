/// The optional white space of HTTP (RFC 9110, section 5.6.3): spaces and tabs.
enum Blanks {
    static func contains(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
    }

    /// - Parameter andLineBreaks: Whether line breaks are taken away as well, which a header never has, but a file's setting does.
    static func trimming<Bytes: BidirectionalCollection<UInt8>>(_ bytes: Bytes, andLineBreaks: Bool = false) -> Bytes.SubSequence
    {
        func isBlank(_ byte: UInt8) -> Bool {
            self.contains(byte) || andLineBreaks && (byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r"))
        }
        var rest = bytes.drop(while: isBlank)
        while let last = rest.last, isBlank(last) { rest.removeLast() }
        return rest
    }
}
