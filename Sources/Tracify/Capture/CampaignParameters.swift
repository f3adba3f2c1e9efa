/// The rule for URL parameters (contract, "URL parameters"): which of a query's parameters go into an event's `data`.
enum CampaignParameters {
    /// The parameters of a query that are passed on, in the order they came.
    ///
    /// - The name must, once decoded, be `utm_` or `trc_` and at least one ASCII letter, digit or `_`, and nothing else; or be
    ///   allowed by name. So no name can stand in the place of another key of `data`.
    /// - The first value wins when a name repeats, even when it is empty.
    /// - A name or value over ``URLParameter``'s limits is dropped, as half a click id is worth nothing; parameters beyond
    ///   ``URLParameter/maximumCount`` are dropped.
    static func parse(query: Substring, allowing allowed: Set<String>) -> [URLParameter] {
        var parameters: [URLParameter] = []
        var dropped: [String] = []
        var rest = query
        while !rest.isEmpty, parameters.count < URLParameter.maximumCount {
            let piece: Substring
            (piece, rest) = rest.splitOnce(at: UInt8(ascii: "&"))
            // Most names are told by their first byte; an escape may stand for any.
            guard let first = piece.utf8.first, !allowed.isEmpty || self.mayBegin(first) else { continue }
            let (rawName, rawValue) = piece.splitOnce(at: UInt8(ascii: "="))
            // No name of three times the limit decodes to less than the limit.
            guard rawName.utf8.count <= URLParameter.maximumNameLength * 3 else { continue }
            let name = PercentDecoding.decode(rawName)
            guard
                self.isPassedOn(name, allowing: allowed), !parameters.contains(where: { $0.name == name }),
                !dropped.contains(name)
            else { continue }
            let value = PercentDecoding.decode(rawValue)
            guard name.utf8.count <= URLParameter.maximumNameLength, value.utf8.count <= URLParameter.maximumValueLength else {
                // The first value wins, also when it is too long to be passed on.
                if dropped.count < URLParameter.maximumCount { dropped.append(name) }
                continue
            }
            parameters.append(URLParameter(checkedName: name, checkedValue: value))
        }
        return parameters
    }

    @inline(__always)
    private static func mayBegin(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "u") || byte == UInt8(ascii: "t") || byte == UInt8(ascii: "%")
    }

    /// Whether a decoded name is passed on. ASCII only: `String` takes a kelvin sign for a K.
    static func isPassedOn(_ name: String, allowing allowed: Set<String>) -> Bool {
        self.isDefaultName(name) || allowed.contains(name) && name.utf8.allSatisfy(URLParameter.isNameByte)
    }

    /// Whether a decoded name is passed on by default: `^(utm|trc)_[A-Za-z0-9_]+$`.
    static func isDefaultName(_ name: String) -> Bool {
        guard name.utf8.count > 4, name.hasPrefix("utm_") || name.hasPrefix("trc_") else { return false }
        return name.utf8.dropFirst(4).allSatisfy { URLBytes.isAlphanumeric($0) || $0 == UInt8(ascii: "_") }
    }

    /// The parts of a query whose names are in `keys`, as they were written; `nil` when none is.
    static func filter(query: Substring, keeping keys: Set<String>) -> Substring? {
        guard !keys.isEmpty else { return nil }
        let kept = query.utf8.split(separator: UInt8(ascii: "&"))
            .filter { piece in
                let equals = piece.firstIndex(of: UInt8(ascii: "=")) ?? piece.endIndex
                return keys.contains(PercentDecoding.decode(query[piece.startIndex..<equals]))
            }
        return kept.isEmpty ? nil : kept.map { String(Substring($0)) }.joined(separator: "&")[...]
    }
}
