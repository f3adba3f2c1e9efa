//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

@testable import Tracify

extension ArraySlice<UInt8> {
    /// Calls a closure with the bytes of the slice.
    func withBytes<Result>(_ body: (Bytes) -> Result) -> Result {
        self.withUnsafeBufferPointer { body(Bytes($0)) }
    }
}

extension ForwardedElement {
    init?(_ bytes: ArraySlice<UInt8>) {
        guard let element = bytes.withBytes({ ForwardedElement($0) }) else { return nil }
        self = element
    }
}

extension ForwardedNode {
    static func address(_ bytes: ArraySlice<UInt8>) -> IPAddress? {
        bytes.withBytes { self.address($0) }
    }

    static func possiblyQuotedAddress(_ bytes: ArraySlice<UInt8>) -> IPAddress? {
        bytes.withBytes { self.possiblyQuotedAddress($0) }
    }
}

extension CrawlerRule {
    /// Classifies a header as it is kept: cut to the limit.
    static func isCrawler(_ header: String) -> Bool {
        self.isCrawler(Array(header.utf8))
    }

    static func isCrawler(_ header: [UInt8]) -> Bool {
        header.prefix(RequestRecord.maximumUserAgentLength).withBytes { self.isCrawler($0) }
    }
}
