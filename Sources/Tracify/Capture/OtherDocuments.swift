//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import HTTPTypes
import Synchronization

/// The documents that are not pages: what the answers to navigations with a type other than HTML have shown.
///
/// A PDF that is opened again may be answered 304, without a content type. The table tells its path from that of a page. It is small, and
/// what it has forgotten or never seen is told by the extension of the path.
final class OtherDocuments: Sendable {
    private static let capacity = 1024

    private let paths = Mutex<Set<Int>>([])

    /// Remembers the path of a navigation that was answered with another type, if it may be answered 304 later.
    func add(_ request: HTTPRequest, _ response: HTTPResponse) {
        // Nearly all requests of images, scripts and styles end with the first check, which costs less than the look at a field.
        guard response.status == .ok, let path = request.path, !path.withBytes(OtherDocuments.hasExtension),
            !OtherDocuments.isAsset(response), RequestFlags(request, HeaderIndex(request.headerFields)).contains(.navigation)
        else { return }
        self.paths.withLock { paths in
            if paths.count >= OtherDocuments.capacity { paths.removeAll() }
            paths.insert(OtherDocuments.key(path))
        }
    }

    /// Returns whether a request is for a document that is not a page, as far as known.
    func contains(_ request: HTTPRequest) -> Bool {
        guard let path = request.path else { return false }
        return path.withBytes(OtherDocuments.hasOtherExtension) || self.paths.withLock { $0.contains(OtherDocuments.key(path)) }
    }

    private static func key(_ path: String) -> Int {
        path.withBytes { path in
            var hasher = Hasher()
            hasher.combine(bytes: UnsafeRawBufferPointer(URLParts.splitTarget(path).path.buffer))
            return hasher.finalize()
        }
    }

    /// Returns whether a response is of a type that is rarely opened as a document, so that its request need not be scanned.
    private static func isAsset(_ response: HTTPResponse) -> Bool {
        let fields = response.headerFields
        for index in fields.indices where fields[index].name == .contentType {
            return fields.value(at: index) { type in
                type.hasPrefixIgnoringCase("text/css") || type.hasPrefixIgnoringCase("text/javascript")
                    || type.hasPrefixIgnoringCase("application/j") || type.hasPrefixIgnoringCase("font/")
            }
        }
        return true
    }

    /// Returns whether a path ends with an extension of up to five characters.
    private static func hasExtension(_ target: Bytes) -> Bool {
        URLParts.splitTarget(target).path.suffix(6).contains(UInt8(ascii: "."))
    }

    /// Returns whether a path ends with an extension of files that are not pages.
    private static func hasOtherExtension(_ target: Bytes) -> Bool {
        let end = URLParts.splitTarget(target).path.suffix(6)
        guard let dot = end.lastIndex(of: UInt8(ascii: ".")) else { return false }
        return OtherDocuments.extensions.contains(end[(dot + 1)...].text.lowercased())
    }

    private static let extensions: Set<String> = [
        "avif", "bmp", "csv", "doc", "docx", "epub", "gif", "ico", "ics", "jpeg", "jpg", "js", "json", "mp3", "mp4", "odt", "ogg",
        "pdf",
        "png", "rss", "svg", "txt", "vcf", "webm", "webp", "xls", "xlsx", "xml", "zip",
    ]
}
