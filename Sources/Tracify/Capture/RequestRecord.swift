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
        let flags = RequestFlags(request, headers)
        let proxies = rules.configuration.trustedProxies
        let forwarded = proxies.trusts(peer) ? ForwardedFields(fields, proxies) : nil
        // The exact length is not known before a value is cut. It is bounded, so the room that a long value does not use is small.
        var length = RequestRecord.length(of: request.scheme, RequestRecord.maximumAuthorityLength)
        length +=
            request.authority == nil
            ? fields.length(at: headers.host, RequestRecord.maximumAuthorityLength)
            : RequestRecord.length(of: request.authority, RequestRecord.maximumAuthorityLength)
        length += RequestRecord.length(of: request.path, RequestRecord.maximumTargetLength)
        length += fields.length(at: headers.origin, RequestRecord.maximumAuthorityLength)
        length += fields.length(at: headers.referer, RequestRecord.maximumRefererLength)
        length += fields.length(at: headers.currentURL, RequestRecord.maximumRefererLength)
        length += fields.length(at: headers.userAgent, RequestRecord.maximumUserAgentLength)
        length += forwarded?.length ?? 0
        self.buffer = ManagedBuffer<Header, UInt8>
            .create(minimumCapacity: length) { _ in
                Header(flags: flags, peer: peer, forwarding: forwarded?.source, length: length)
            }
        self.buffer.withUnsafeMutablePointers { header, bytes in
            var writer = Writer(header: header, bytes: UnsafeMutableBufferPointer(start: bytes, count: length))
            writer.append(.scheme, request.scheme, droppedBeyond: RequestRecord.maximumAuthorityLength)
            // HTTP/2 lets a client send `host` in place of `:authority` (RFC 9113, section 8.3.1).
            if let authority = request.authority {
                writer.append(.authority, authority, droppedBeyond: RequestRecord.maximumAuthorityLength)
            } else {
                writer.append(.authority, fields, at: headers.host) {
                    $0.count <= RequestRecord.maximumAuthorityLength ? $0 : nil
                }
            }
            writer.append(.target, request.path, cutTo: RequestRecord.maximumTargetLength)
            writer.append(.origin, fields, at: headers.origin) {
                $0.count <= RequestRecord.maximumAuthorityLength ? $0 : nil
            }
            writer.append(.referer, fields, at: headers.referer) { $0.cutURL(to: RequestRecord.maximumRefererLength) }
            writer.append(.userAgent, fields, at: headers.userAgent) { $0.prefix(RequestRecord.maximumUserAgentLength) }
            writer.append(.currentURL, fields, at: headers.currentURL) { $0.cutURL(to: RequestRecord.maximumRefererLength) }
            writer.append(.client, fields, forwarded?.client, limit: ForwardedFields.maximumListLength)
            if let scheme = forwarded?.scheme {
                writer.append(.schemes, Bytes(UnsafeBufferPointer(start: scheme.utf8Start, count: scheme.utf8CodeUnitCount)))
            } else {
                writer.append(.schemes, fields, forwarded?.schemes, limit: ForwardedFields.maximumSchemesLength)
            }
            writer.append(.hosts, fields, forwarded?.hosts, limit: ForwardedFields.maximumHostsLength)
        }
    }

    /// The identity of the request, as long as the record is in memory.
    var id: ObjectIdentifier { ObjectIdentifier(self.buffer) }
    var flags: RequestFlags { self.buffer.header.flags }
    var peer: PeerAddress { self.buffer.header.peer }
    /// The field in which a trusted proxy names the client; `nil` when the peer is the client.
    var forwarding: ForwardedFields.Source? { self.buffer.header.forwarding }

    /// Whether the client's address is known, or the forwarding fields may reveal it.
    var mayHaveAddress: Bool { self.peer.ip != nil || self.forwarding != nil }

    /// The approximate memory of the record, in bytes.
    var byteCount: Int { 160 + self.buffer.header.length }

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

    /// Writes the parts, in the order of their cases.
    private struct Writer {
        let header: UnsafeMutablePointer<Header>
        let bytes: UnsafeMutableBufferPointer<UInt8>
        private var end = 0

        init(header: UnsafeMutablePointer<Header>, bytes: UnsafeMutableBufferPointer<UInt8>) {
            self.header = header
            self.bytes = bytes
        }

        @inline(__always)
        mutating func append(_ part: Part, _ text: String?, droppedBeyond limit: Int) {
            guard let text, text.utf8.count <= limit else { return self.append(part, nil) }
            text.withBytes { self.append(part, $0) }
        }

        @inline(__always)
        mutating func append(_ part: Part, _ text: String?, cutTo limit: Int) {
            guard let text else { return self.append(part, nil) }
            text.withBytes { self.append(part, $0.cutURL(to: limit)) }
        }

        /// Appends what a closure takes of a field's value.
        @inline(__always)
        mutating func append(_ part: Part, _ fields: HTTPFields, at index: Int, _ take: (Bytes) -> Bytes?) {
            guard index >= 0 else { return self.append(part, nil) }
            fields[index].withUnsafeBytesOfValue { self.append(part, take(Bytes($0))) }
        }

        /// Appends the lines of a list, or as many of the last ones as the limit allows.
        @inline(__always)
        mutating func append(_ part: Part, _ fields: HTTPFields, _ lines: ForwardedFields.Lines?, limit: Int) {
            guard let lines else { return self.append(part, nil) }
            if lines.first == lines.last, lines.length <= limit {
                self.append(part, fields, at: lines.first) { $0 }
            } else {
                let combined = lines.combined(fields, limit: limit)
                combined.withUnsafeBufferPointer { self.append(part, Bytes($0)) }
            }
        }

        @inline(__always)
        mutating func append(_ part: Part, _ value: Bytes?) {
            if let value, value.count <= self.bytes.count - self.end {
                _ = UnsafeMutableBufferPointer(rebasing: self.bytes[self.end...]).initialize(fromContentsOf: value.buffer)
                self.end += value.count
                self.header.pointee.presence |= 1 << part.rawValue
            }
            self.header.pointee.ends[part.rawValue] = UInt16(truncatingIfNeeded: self.end)
        }
    }
}

extension HTTPFields {
    /// Returns the length of the value at an index, up to a limit; 0 for a negative index.
    @inline(__always)
    fileprivate func length(at index: Int, _ limit: Int) -> Int {
        index < 0 ? 0 : self[index].withUnsafeBytesOfValue { Swift.min($0.count, limit) }
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
