//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import HTTPTypes
import Synchronization

/// The types of documents: which paths are pages, where a response does not say so.
///
/// A 304 need not have a content type, and may be the response for a PDF that is opened again. The extension of a path tells most
/// documents from pages. A small table has the paths for which earlier responses have shown otherwise.
package final class DocumentTypes: Sendable {
    private struct Exceptions: Sendable {
        /// The hash of a path at the place that its last bits name, where it replaces an earlier one; 0 for none.
        var hashes = [Int](repeating: 0, count: DocumentTypes.capacity)
        var count = 0
    }

    /// A power of two.
    private static let capacity = 1024

    private let exceptions = Mutex(Exceptions())
    private let hasExceptions = Atomic(false)

    /// Returns whether the document of a navigation is a page, as far as known, if its response may be that of one.
    func isPage(_ request: HTTPRequest, _ response: HTTPResponse, _ status: Int) -> Bool {
        guard status == 304, response.headerFields[.contentType] == nil, let path = request.path else { return true }
        return path.withBytes(self.isPage)
    }

    /// Remembers the path of a page, if the path is like that of another document.
    func learnPage(_ record: RequestRecord) {
        record.withParts { parts in
            guard let target = parts[.target] else { return }
            let isExpected = !DocumentTypes.hasOtherExtension(target)
            if !isExpected || self.hasExceptions.load(ordering: .relaxed) { self.learn(target, isExpected: isExpected) }
        }
    }

    /// Returns whether the path is like that of a page, so that another document there is worth remembering.
    ///
    /// It is not that of nearly all images, scripts and styles.
    func isLikePage(_ path: String) -> Bool { path.withBytes { !DocumentTypes.hasOtherExtension($0) } }

    /// Remembers the path of a navigation whose response is another document or a download, if the path is like that of a page.
    ///
    /// A program may ask for another form of a page, and a front end for the parts of one: only a response to a browser that would show a
    /// page says what the path is.
    func learnOther(_ request: HTTPRequest) {
        let headers = HeaderIndex(request.headerFields)
        let flags = RequestFlags(request, isGet: true, request.headerFields, headers)
        if DocumentTypes.showsDocument(flags) { request.path?.withBytes { self.learn($0, isExpected: false) } }
    }

    /// Remembers the path like ``learnOther(_:)-(HTTPRequest)``.
    func learnOther(_ record: RequestRecord) {
        guard DocumentTypes.showsDocument(record.flags) else { return }
        record.withParts { parts in
            if let target = parts[.target] { self.learn(target, isExpected: false) }
        }
    }

    private static func showsDocument(_ flags: RequestFlags) -> Bool {
        flags.contains(.navigation) && flags.isDisjoint(with: [.boosted, .speculative])
    }

    private func learn(_ target: Bytes, isExpected: Bool) {
        let hash = DocumentTypes.hash(target)
        let place = hash & (DocumentTypes.capacity - 1)
        self.exceptions.withLock { exceptions in
            let known = exceptions.hashes[place]
            guard isExpected ? known == hash : known != hash else { return }
            exceptions.hashes[place] = isExpected ? 0 : hash
            exceptions.count += isExpected ? -1 : known == 0 ? 1 : 0
            self.hasExceptions.store(exceptions.count > 0, ordering: .relaxed)
        }
    }

    private func isPage(_ target: Bytes) -> Bool {
        guard self.hasExceptions.load(ordering: .relaxed) else { return !DocumentTypes.hasOtherExtension(target) }
        let hash = DocumentTypes.hash(target)
        let isException = self.exceptions.withLock { $0.hashes[hash & (DocumentTypes.capacity - 1)] == hash }
        return DocumentTypes.hasOtherExtension(target) == isException
    }

    /// The hash of the path, which is not 0.
    private static func hash(_ target: Bytes) -> Int {
        var hasher = Hasher()
        hasher.combine(bytes: UnsafeRawBufferPointer(target[..<DocumentTypes.endOfPath(target)].buffer))
        let hash = hasher.finalize()
        return hash == 0 ? 1 : hash
    }

    /// Returns whether a path ends with an extension of files that are not pages.
    @inline(__always)
    private static func hasOtherExtension(_ target: Bytes) -> Bool {
        // Nearly all paths of pages have no extension. The eight bytes before the query are compared at once.
        let end = self.endOfPath(target)
        let tail = target[max(target.startIndex, end - 8)..<end]
        return tail.contains(UInt8(ascii: ".")) && self.endsWithOtherExtension(tail)
    }

    @inline(__always)
    private static func endOfPath(_ target: Bytes) -> Int { target.firstIndex(of: UInt8(ascii: "?")) ?? target.endIndex }

    private static func endsWithOtherExtension(_ tail: Bytes) -> Bool {
        guard let dot = tail.lastIndex(of: UInt8(ascii: ".")) else { return false }
        let text = DocumentTypes.packed(tail[(dot + 1)...])
        return text != 0 && DocumentTypes.extensions[DocumentTypes.place(text)] == text
    }

    /// Returns up to five letters and digits as a number, regardless of case.
    private static func packed(_ text: some Sequence<UInt8>) -> UInt64 {
        var packed: UInt64 = 0
        for byte in text { packed = packed &<< 8 | UInt64(byte | 0x20) }
        return packed
    }

    /// The place of a packed extension in the table of all, which differ by this multiplier: a look-up compares one number.
    @inline(__always)
    private static func place(_ packed: UInt64) -> Int { Int(truncatingIfNeeded: (packed &* 0x8731_16F0_3579_C67F) &>> 55) }

    private static let extensions: [UInt64] = {
        var table = [UInt64](repeating: 0, count: 512)
        for text in DocumentTypes.extensionNames.utf8.split(separator: UInt8(ascii: " ")) {
            let packed = DocumentTypes.packed(text)
            table[DocumentTypes.place(packed)] = packed
        }
        return table
    }()

    /// The extensions of files that are not pages.
    package static let extensionNames =
        """
        7z aac apk atom avi avif bin bmp bz2 css csv dmg doc docx eot epub exe flac flv gif gz heic heif ico ics iso jar jfif jpeg jpg js json \
        m4a m4v md mjs mkv mov mp3 mp4 mpeg mpg odp ods odt ogg ogv otf pdf png ppt pptx ps psd rar rss rtf svg svgz tar tgz tif tiff tsv ttf \
        txt usdz vcf wasm wav weba webm webp woff woff2 xls xlsx xml xz zip zst
        """
}
