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
        var flags: RequestFlags
        let peer: PeerAddress
        let forwarding: ForwardedFields.Source?
        /// The number of bytes of all parts.
        let length: Int
        /// The end of each part in the bytes; a part begins where the one before it ends.
        var ends = SIMD16<UInt16>()
        /// The parts that the request has, a bit for each: an empty value differs from a missing one.
        var presence: UInt16 = 0
    }

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

    /// Copies the parts of a request.
    init(_ request: HTTPRequest, from peer: PeerAddress, _ rules: CaptureRules) {
        let fields = request.headerFields
        let headers = HeaderIndex(fields)
        let proxies = rules.configuration.trustedProxies
        let forwarded = proxies.trusts(peer) ? ForwardedFields(fields, proxies) : nil
        // Each is read once: to read a part of a request copies it, with its reference counts.
        let (scheme, authority, target) = (request.scheme, request.authority, request.path)
        let (userAgent, referer) = (fields.field(at: headers.userAgent), fields.field(at: headers.referer))
        let isRare = authority == nil || headers.origin >= 0 || headers.currentURL >= 0
        let rare = isRare ? RareFields(fields, headers, hasAuthority: authority != nil) : nil

        // The exact length is not known before a value is cut. It is bounded, so the room that a long value does not use is small.
        var length = RequestRecord.length(of: scheme, RequestRecord.maximumAuthorityLength)
        length += RequestRecord.length(of: authority, RequestRecord.maximumAuthorityLength)
        length += RequestRecord.length(of: target, RequestRecord.maximumTargetLength)
        length += rare?.length ?? 0
        length += RequestRecord.length(of: referer, RequestRecord.maximumRefererLength)
        length += RequestRecord.length(of: userAgent, RequestRecord.maximumUserAgentLength)
        length += forwarded?.length ?? 0
        let flags = RequestFlags(request, fields, headers)
        self.buffer = ManagedBuffer<Header, UInt8>
            .create(minimumCapacity: length) { _ in
                Header(flags: flags, peer: peer, forwarding: forwarded?.source, length: length)
            }
        self.buffer.withUnsafeMutablePointers { header, bytes in
            var writer = Writer(bytes: UnsafeMutableBufferPointer(start: bytes, count: length))
            writer.append(.scheme, scheme, limit: RequestRecord.maximumAuthorityLength)
            writer.append(.authority, authority, limit: RequestRecord.maximumAuthorityLength)
            if let host = rare?.host {
                writer.append(.authority, host) { $0.count <= RequestRecord.maximumAuthorityLength ? $0 : nil }
            }
            writer.append(.target, target, cutTo: RequestRecord.maximumTargetLength)
            writer.append(.origin, rare?.origin) { $0.count <= RequestRecord.maximumAuthorityLength ? $0 : nil }
            writer.append(.referer, referer) { $0.cutURL(to: RequestRecord.maximumRefererLength) }
            writer.append(.userAgent, userAgent) { $0.prefix(RequestRecord.maximumUserAgentLength) }
            writer.append(.currentURL, rare?.currentURL) { $0.cutURL(to: RequestRecord.maximumRefererLength) }
            if let forwarded { writer.append(forwarded, fields) } else { writer.endForwarding() }
            header.pointee.ends = writer.ends
            header.pointee.presence = writer.presence
            if writer.hasUserAgent { header.pointee.flags.insert(.userAgent) }
        }
    }

    /// The fields that most page views do not have.
    private struct RareFields {
        let host: HTTPField?
        let origin: HTTPField?
        let currentURL: HTTPField?

        init(_ fields: HTTPFields, _ headers: HeaderIndex, hasAuthority: Bool) {
            // HTTP/2 lets a client send `host` in place of `:authority` (RFC 9113, section 8.3.1).
            self.host = hasAuthority ? nil : fields.field(at: headers.host)
            self.origin = fields.field(at: headers.origin)
            self.currentURL = fields.field(at: headers.currentURL)
        }

        var length: Int {
            RequestRecord.length(of: self.host, RequestRecord.maximumAuthorityLength)
                + RequestRecord.length(of: self.origin, RequestRecord.maximumAuthorityLength)
                + RequestRecord.length(of: self.currentURL, RequestRecord.maximumRefererLength)
        }
    }

    /// The identity of the request, as long as the record is in memory.
    var id: ObjectIdentifier { ObjectIdentifier(self.buffer) }
    var flags: RequestFlags { self.read { $0.pointee.flags } }
    var peer: PeerAddress { self.read { $0.pointee.peer } }
    /// The field in which a trusted proxy names the client; `nil` when the peer is the client.
    var forwarding: ForwardedFields.Source? { self.read { $0.pointee.forwarding } }

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
            body(
                Parts(
                    bytes: Bytes(UnsafeBufferPointer(start: bytes, count: header.pointee.length)),
                    ends: header.pointee.ends,
                    presence: header.pointee.presence
                )
            )
        }
    }

    /// The parts of a request, valid only within the closure that receives them.
    struct Parts {
        fileprivate let bytes: Bytes
        fileprivate let ends: SIMD16<UInt16>
        fileprivate let presence: UInt16

        /// The bytes of a part; `nil` when the request does not have it.
        @inline(__always)
        subscript(part: Part) -> Bytes? {
            guard self.presence & 1 << part.rawValue != 0 else { return nil }
            let start = part.rawValue == 0 ? 0 : Int(self.ends[part.rawValue - 1])
            return self.bytes[start..<Int(self.ends[part.rawValue])]
        }
    }

    private static func length(of text: String?, _ limit: Int) -> Int {
        text.map { min($0.utf8.count, limit) } ?? 0
    }

    @inline(__always)
    private static func length(of field: HTTPField?, _ limit: Int) -> Int {
        field.map { $0.withBytes { min($0.count, limit) } } ?? 0
    }

    /// Writes the parts, in the order of their cases.
    private struct Writer {
        private let bytes: UnsafeMutableBufferPointer<UInt8>
        private var length = 0
        private(set) var ends = SIMD16<UInt16>()
        private(set) var presence: UInt16 = 0

        init(bytes: UnsafeMutableBufferPointer<UInt8>) {
            self.bytes = bytes
        }

        var hasUserAgent: Bool {
            let (part, before) = (Part.userAgent.rawValue, Part.userAgent.rawValue - 1)
            return self.ends[part] > self.ends[before]
        }

        /// Appends a text, or nothing if it is longer than a limit.
        @inline(__always)
        mutating func append(_ part: Part, _ text: String?, limit: Int) {
            if let text, text.utf8.count <= limit { text.withBytes { self.append(part, $0) } }
            self.end(part)
        }

        @inline(__always)
        mutating func append(_ part: Part, _ text: String?, cutTo limit: Int) {
            if let text { text.withBytes { self.append(part, $0.cutURL(to: limit)) } }
            self.end(part)
        }

        /// Appends what a closure takes of a field's value.
        @inline(__always)
        mutating func append(_ part: Part, _ field: HTTPField?, _ take: (Bytes) -> Bytes?) {
            field?.withBytes { if let value = take($0) { self.append(part, value) } }
            self.end(part)
        }

        /// Appends the forwarding fields.
        mutating func append(_ forwarded: ForwardedFields, _ fields: HTTPFields) {
            self.append(.client, fields, forwarded.client, limit: ForwardedFields.maximumListLength)
            if let scheme = forwarded.scheme {
                self.append(.schemes, Bytes(UnsafeBufferPointer(start: scheme.utf8Start, count: scheme.utf8CodeUnitCount)))
                self.end(.schemes)
            } else {
                self.append(.schemes, fields, forwarded.schemes, limit: ForwardedFields.maximumSchemesLength)
            }
            self.append(.hosts, fields, forwarded.hosts, limit: ForwardedFields.maximumHostsLength)
        }

        /// Appends the lines of a list, or as many of the last ones as the limit allows.
        private mutating func append(_ part: Part, _ fields: HTTPFields, _ lines: ForwardedFields.Lines?, limit: Int) {
            if let lines {
                if lines.first == lines.last, lines.length <= limit {
                    fields[lines.first].withBytes { self.append(part, $0) }
                } else {
                    let combined = lines.combined(fields, limit: limit)
                    combined.withUnsafeBufferPointer { self.append(part, Bytes($0)) }
                }
            }
            self.end(part)
        }

        @inline(__always)
        private mutating func append(_ part: Part, _ value: Bytes) {
            guard value.count <= self.bytes.count - self.length else { return }
            _ = UnsafeMutableBufferPointer(rebasing: self.bytes[self.length...]).initialize(fromContentsOf: value.buffer)
            self.length += value.count
            self.presence |= 1 << part.rawValue
        }

        /// Ends a part, which may be missing.
        @inline(__always)
        private mutating func end(_ part: Part) {
            self.ends[part.rawValue] = UInt16(truncatingIfNeeded: self.length)
        }

        /// Ends the parts of forwarding fields where there are none.
        @inline(__always)
        mutating func endForwarding() {
            self.end(.client)
            self.end(.schemes)
            self.end(.hosts)
        }
    }
}

extension HTTPFields {
    /// Returns the field at an index; `nil` for a negative one.
    @inline(__always)
    fileprivate func field(at index: Int) -> HTTPField? {
        index < 0 ? nil : self[index]
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
