//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import HTTPTypes

/// The parts of a request that its events are made of: a flat copy of a few hundred bytes in one allocation.
///
/// It is what waits in the queue. It shares no storage with the request, so cookies, authorization and all other fields can be released
/// with the response. Nothing in it is parsed, decoded or hashed: ``resolve(with:by:)`` does that on the exporter's side.
struct RequestRecord: @unchecked Sendable {  // The buffer is written only while it is created.
    /// A text of a request.
    enum Part: Int, CaseIterable {
        case scheme, authority, target, origin, referer, userAgent
        /// `HX-Current-URL`, the page that htmx is on.
        case currentURL
        /// The address, or the list of addresses, that a trusted proxy has sent.
        case client
        /// The values of `X-Forwarded-Proto` and `X-Forwarded-Host` of a trusted proxy, both lists.
        case schemes, hosts
    }

    struct Header {
        let flags: RequestFlags
        let peer: PeerAddress
        let forwarding: ForwardedFields.Source?
        /// The number of bytes of the table and of all parts.
        let length: Int
    }

    /// The table before the parts has the places of each: where it begins and where it ends.
    private struct Place {
        let start: UInt16
        let end: UInt16

        /// The place of a part that the request does not have; that of an empty value differs.
        static let none = Place(start: .max, end: .max)
    }

    private static let tableLength = Part.allCases.count * MemoryLayout<Place>.stride

    private let buffer: ManagedBuffer<Header, UInt8>

    /// The maximum length of a request target, in bytes.
    ///
    /// A longer target is cut at the limit, and loses the parameter that the limit divides.
    static let maximumTargetLength = 8192
    /// The maximum length of a `Referer` value, in bytes, before its query is removed.
    ///
    /// A longer value is cut like a target.
    static let maximumRefererLength = 4096
    /// The maximum length of a user agent, in bytes; a longer one is truncated before it is hashed.
    static let maximumUserAgentLength = 2048
    /// The maximum length of an authority and of an `Origin` value, in bytes.
    ///
    /// A longer text is not a host and is dropped.
    static let maximumAuthorityLength = URLParts.maximumAuthorityLength

    /// The length of all parts of nearly all requests, in bytes; a longer one is copied twice.
    private static let usualLength = 1024
    /// The length that the parts cannot exceed, in bytes.
    private static let maximumLength =
        tableLength + 4 * maximumAuthorityLength + maximumTargetLength + 2 * maximumRefererLength
        + maximumUserAgentLength + ForwardedFields.maximumListLength + ForwardedFields.maximumSchemesLength
        + ForwardedFields.maximumHostsLength

    /// Copies the parts of a request.
    ///
    /// - Parameters:
    ///   - request: The request.
    ///   - isGet: Whether its method is GET, if that is known: the method costs something to read.
    ///   - peer: The peer of the connection.
    ///   - rules: The rules of the tracker.
    @inline(__always)
    init(_ request: HTTPRequest, isGet: Bool? = nil, from peer: PeerAddress, _ rules: CaptureRules) {
        self.buffer = RequestRecord.buffer(request, isGet: isGet, from: peer, rules)
    }

    // Not in the initializer, whose parameters are retained and released.
    private static func buffer(
        _ request: HTTPRequest,
        isGet: Bool?,
        from peer: PeerAddress,
        _ rules: CaptureRules
    ) -> ManagedBuffer<Header, UInt8> {
        let headers = HeaderIndex(request.headerFields)
        let flags = RequestFlags(request, isGet: isGet ?? (request.method == .get), request.headerFields, headers)
        let isTrusted = rules.configuration.trustedProxies.trusts(peer)

        // The parts are collected on the stack first: how long they are is not known before a value is cut, and each look at a field
        // costs more than its copy.
        func copy(_ room: UnsafeMutableRawBufferPointer) -> ManagedBuffer<Header, UInt8>? {
            var writer = Writer(room)
            writer.append(.scheme, request.scheme, limit: self.maximumAuthorityLength)
            let authority = request.authority
            writer.append(.authority, authority, limit: self.maximumAuthorityLength)
            // HTTP/2 lets a client send `host` in place of `:authority` (RFC 9113, section 8.3.1).
            if authority == nil {
                writer.append(.authority, request.headerFields, headers.host, limit: self.maximumAuthorityLength)
            }
            writer.append(.target, request.path, cutTo: self.maximumTargetLength)
            writer.append(.origin, request.headerFields, headers.origin, limit: self.maximumAuthorityLength)
            writer.append(.referer, request.headerFields, headers.referer, cutTo: self.maximumRefererLength)
            writer.append(.userAgent, request.headerFields, headers.userAgent, upTo: self.maximumUserAgentLength)
            writer.append(.currentURL, request.headerFields, headers.currentURL, cutTo: self.maximumRefererLength)
            let forwarding = isTrusted ? writer.appendForwarding(request.headerFields, headers, rules) : nil
            guard !writer.isFull else { return nil }
            let header = Header(
                flags: writer.hasUserAgent ? flags.union(.userAgent) : flags,
                peer: peer,
                forwarding: forwarding,
                length: writer.length
            )
            let buffer = ManagedBuffer<Header, UInt8>.create(minimumCapacity: writer.length) { _ in header }
            buffer.withUnsafeMutablePointerToElements {
                UnsafeMutableRawPointer($0).copyMemory(from: writer.start, byteCount: writer.length)
            }
            return buffer
        }
        return withUnsafeTemporaryAllocation(byteCount: self.usualLength, alignment: 8, copy)
            ?? withUnsafeTemporaryAllocation(byteCount: self.maximumLength, alignment: 8, copy)
            ?? .create(minimumCapacity: 0) { _ in Header(flags: flags, peer: peer, forwarding: nil, length: 0) }
    }

    /// The identity of the request, as long as the record is in memory.
    var id: ObjectIdentifier { ObjectIdentifier(self.buffer) }
    var flags: RequestFlags { self.read { $0.pointee.flags } }
    var peer: PeerAddress { self.read { $0.pointee.peer } }
    /// The field in which a trusted proxy names the client; `nil` when the peer is the client.
    var forwarding: ForwardedFields.Source? { self.read { $0.pointee.forwarding } }

    /// Whether the request has forwarding fields that are not read.
    var hasIgnoredForwarding: Bool {
        switch self.forwarding {
        case nil: !self.flags.isDisjoint(with: [.forwarded, .forwardedScheme])
        // A trusted proxy names the scheme, and the client in another field than the one that is set.
        case .peer: self.flags.contains(.forwarded)
        default: false
        }
    }

    /// Whether the client's address is known, or the forwarding fields may reveal it.
    var mayHaveAddress: Bool { self.peer.ip != nil || self.forwarding != nil }

    /// The approximate memory of the record, in bytes.
    var byteCount: Int { 160 + self.read { $0.pointee.length } }

    /// Reads the header, which as a property of the buffer is checked for overlapping accesses each time.
    @inline(__always)
    private func read<Value>(_ body: (UnsafePointer<Header>) -> Value) -> Value {
        self.buffer.withUnsafeMutablePointerToHeader { body(UnsafePointer($0)) }
    }

    /// Calls a closure with the parts of the request.
    @inline(__always)
    func withParts<Result>(_ body: (Parts) -> Result) -> Result {
        self.buffer.withUnsafeMutablePointers { header, bytes in
            body(Parts(bytes: Bytes(UnsafeBufferPointer(start: bytes, count: header.pointee.length))))
        }
    }

    /// The parts of a request, valid only within the closure that receives them.
    struct Parts {
        fileprivate let bytes: Bytes

        /// The bytes of a part; `nil` when the request does not have it.
        @inline(__always)
        subscript(part: Part) -> Bytes? {
            guard self.bytes.count >= RequestRecord.tableLength, let table = self.bytes.buffer.baseAddress else { return nil }
            let place = UnsafeRawPointer(table)
                .loadUnaligned(
                    fromByteOffset: part.rawValue * MemoryLayout<Place>.stride,
                    as: Place.self
                )
            return place.start == .max ? nil : self.bytes[Int(place.start)..<Int(place.end)]
        }
    }

    /// Writes the table and the parts.
    private struct Writer {
        let start: UnsafeMutableRawPointer
        private let capacity: Int
        private(set) var length = RequestRecord.tableLength
        private(set) var hasUserAgent = false
        /// Whether a part did not fit.
        private(set) var isFull = false

        /// - Parameter room: The room, at least as long as the table.
        @inline(__always)
        init(_ room: UnsafeMutableRawBufferPointer) {
            self.start = room.baseAddress.unsafelyUnwrapped
            self.capacity = room.count
            self.start.initializeMemory(as: Place.self, repeating: .none, count: Part.allCases.count)
        }

        /// Appends a text, or nothing if it is longer than a limit.
        @inline(__always)
        mutating func append(_ part: Part, _ text: String?, limit: Int) {
            if let text, text.utf8.count <= limit { text.withBytes { self.append(part, $0) } }
        }

        @inline(__always)
        mutating func append(_ part: Part, _ text: String?, cutTo limit: Int) {
            if let text { text.withBytes { self.append(part, $0.cutURL(to: limit)) } }
        }

        @inline(__always)
        mutating func append(_ part: Part, _ fields: HTTPFields, _ index: Int, limit: Int) {
            if index >= 0 { fields.value(at: index) { if $0.count <= limit { self.append(part, $0) } } }
        }

        @inline(__always)
        mutating func append(_ part: Part, _ fields: HTTPFields, _ index: Int, cutTo limit: Int) {
            if index >= 0 { fields.value(at: index) { self.append(part, $0.cutURL(to: limit)) } }
        }

        @inline(__always)
        mutating func append(_ part: Part, _ fields: HTTPFields, _ index: Int, upTo limit: Int) {
            if index >= 0 { fields.value(at: index) { self.append(part, $0.prefix(limit)) } }
        }

        /// Appends the forwarding fields of a trusted proxy; returns the one that names the client.
        mutating func appendForwarding(
            _ fields: HTTPFields,
            _ headers: HeaderIndex,
            _ rules: CaptureRules
        ) -> ForwardedFields.Source? {
            guard let forwarded = ForwardedFields(fields, headers, rules) else { return nil }
            self.append(.client, fields, forwarded.client, limit: ForwardedFields.maximumListLength)
            if let scheme = forwarded.scheme {
                self.append(.schemes, Bytes(UnsafeBufferPointer(start: scheme.utf8Start, count: scheme.utf8CodeUnitCount)))
            } else {
                self.append(.schemes, fields, forwarded.schemes, limit: ForwardedFields.maximumSchemesLength)
            }
            self.append(.hosts, fields, forwarded.hosts, limit: ForwardedFields.maximumHostsLength)
            return forwarded.source
        }

        /// Appends the lines of a list, or as many of the last ones as the limit allows.
        private mutating func append(_ part: Part, _ fields: HTTPFields, _ lines: ForwardedFields.Lines?, limit: Int) {
            guard let lines else { return }
            if lines.first == lines.last {
                let isWhole = fields.value(at: lines.first) { value in
                    guard value.count <= limit else { return false }
                    self.append(part, value)
                    return true
                }
                if isWhole { return }
            }
            let combined = lines.combined(fields, limit: limit)
            combined.withUnsafeBufferPointer { self.append(part, Bytes($0)) }
        }

        @inline(__always)
        private mutating func append(_ part: Part, _ value: Bytes) {
            let end = self.length + value.count
            guard end <= self.capacity else {
                self.isFull = true
                return
            }
            if let bytes = value.buffer.baseAddress { (self.start + self.length).copyMemory(from: bytes, byteCount: value.count) }
            self.start.storeBytes(
                of: Place(start: UInt16(truncatingIfNeeded: self.length), end: UInt16(truncatingIfNeeded: end)),
                toByteOffset: part.rawValue * MemoryLayout<Place>.stride,
                as: Place.self
            )
            if part == .userAgent { self.hasUserAgent = value.count > 0 }
            self.length = end
        }
    }
}

extension Bytes {
    /// Returns the beginning of a URL, without the parameter that the limit divides.
    ///
    /// A truncated click ID is worthless.
    @inline(__always)
    func cutURL(to limit: Int) -> Bytes {
        self.count <= limit ? self : self.prefix(limit).withoutLastParameter
    }

    private var withoutLastParameter: Bytes {
        guard self.contains(UInt8(ascii: "?")),
            let end = self.lastIndex(where: { $0 == UInt8(ascii: "&") || $0 == UInt8(ascii: "?") })
        else { return self }
        return self[..<end]
    }
}
