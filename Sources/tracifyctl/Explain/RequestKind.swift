//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Tool
import HTTPTypes
import Tracify

/// What a browser loads from a path, as its extension suggests.
enum RequestKind: Hashable {
    /// A page that the visitor opens.
    case page
    /// A file that a page contains, with its `Sec-Fetch-Dest` and its content type.
    case asset(destination: String, contentType: String)
    /// A file that the visitor opens or downloads.
    case file

    /// Finds the kind of a target, a path with or without a query.
    init(target: String) {
        let path = target.prefix { $0 != "?" && $0 != "#" }
        let name = path.lastIndex(of: "/").map { path[path.index(after: $0)...] } ?? path
        guard let dot = name.lastIndex(of: ".") else {
            self = .page
            return
        }
        let suffix = name[name.index(after: dot)...].lowercased()
        if let asset = RequestKind.assets[suffix] {
            self = .asset(destination: asset.destination, contentType: asset.contentType)
        } else {
            self = RequestKind.otherExtensions.contains(suffix) ? .file : .page
        }
    }

    private static let otherExtensions = Set(DocumentTypes.extensionNames.split(whereSeparator: \.isWhitespace).map(String.init))

    private static let assets: [String: (destination: String, contentType: String)] = {
        let images = "avif bmp gif heic heif ico jfif jpeg jpg png svg svgz tif tiff webp"
        let types: [(names: String, destination: String, contentType: String)] = [
            (images, "image", "image/*"), ("css", "style", "text/css"), ("js mjs", "script", "text/javascript"),
            ("eot otf ttf woff woff2", "font", "font/*"), ("json map webmanifest", "empty", "application/json"),
            ("aac flac m4a mp3 ogg wav weba", "audio", "audio/*"), ("avi m4v mkv mov mp4 mpeg mpg ogv webm", "video", "video/*"),
        ]
        var assets: [String: (destination: String, contentType: String)] = [:]
        for type in types {
            for name in type.names.split(separator: " ") { assets[String(name)] = (type.destination, type.contentType) }
        }
        return assets
    }()

    /// The content type of the response.
    var contentType: String {
        switch self {
        case .page: "text/html; charset=utf-8"
        case .asset(_, let contentType): contentType
        case .file: "application/octet-stream"
        }
    }

    /// Adds the fields that a browser sends when it loads what is at the path.
    func addFields(to fields: inout HTTPFields) {
        switch self {
        case .page, .file:
            fields[.accept] = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
            fields[.fetchMode] = "navigate"
            fields[.fetchDestination] = "document"
        case .asset(let destination, _):
            fields[.accept] = "*/*"
            fields[.fetchMode] = destination == "empty" || destination == "font" ? "cors" : "no-cors"
            fields[.fetchDestination] = destination
        }
    }
}

extension HTTPField.Name {
    static let fetchMode = HTTPField.Name.named("Sec-Fetch-Mode")
    static let fetchDestination = HTTPField.Name.named("Sec-Fetch-Dest")

    /// Returns a name that is known to be valid.
    static func named(_ name: String) -> HTTPField.Name { HTTPField.Name(name) ?? .accept }
}
#endif
