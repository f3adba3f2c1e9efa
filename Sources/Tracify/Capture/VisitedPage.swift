//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

/// A page that the browser reports by a script.
final class VisitedPage: Sendable {
    let url: [UInt8]
    let referrer: [UInt8]?

    /// The memory of the page, in bytes.
    var byteCount: Int { self.url.count + (self.referrer?.count ?? 0) + 96 }

    init(_ url: String, referrer: String?) throws(ValidationError) {
        guard url.utf8.count <= RequestRecord.maximumTargetLength else {
            throw ValidationError(
                field: PageURL.field,
                code: .tooLong,
                allowed: "at most \(RequestRecord.maximumTargetLength) bytes"
            )
        }
        // The limit of a URL in an event does not apply: it is cut, as that of a request.
        let hasOrigin = url.withBytes { bytes in
            URLParts(bytes).flatMap { Origin(scheme: $0.scheme, authority: $0.authority) } != nil
        }
        guard hasOrigin else {
            throw ValidationError(
                field: PageURL.field,
                code: url.isEmpty ? .empty : .malformed,
                allowed: "an absolute http or https URL with a host"
            )
        }
        self.url = Array(url.utf8)
        guard let referrer, !referrer.isEmpty else {
            self.referrer = nil
            return
        }
        _ = try Referer(referrer)
        self.referrer = referrer.withBytes { Array($0.cutURL(to: RequestRecord.maximumRefererLength)) }
    }

    /// Calls a closure with the bytes of the page's URL and of the referrer.
    func withBytes<Result>(_ body: (_ url: Bytes, _ referrer: Bytes?) -> Result) -> Result {
        self.url.withUnsafeBufferPointer { url in
            guard let referrer = self.referrer else { return body(Bytes(url), nil) }
            return referrer.withUnsafeBufferPointer { body(Bytes(url), Bytes($0)) }
        }
    }
}
