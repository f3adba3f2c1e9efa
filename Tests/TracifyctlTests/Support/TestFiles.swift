//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Tool
import Foundation

/// A directory that is deleted with the value.
final class TestFiles: Sendable {
    let url: URL

    init() throws {
        self.url = FileManager.default.temporaryDirectory.appendingPathComponent("tracifyctl-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: self.url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: self.url) }

    /// Returns the path of a file in the directory.
    func path(_ name: String) -> String { self.url.appendingPathComponent(name).path }

    /// Writes a file and returns its path.
    func write(_ text: String, to name: String) throws -> String {
        try Data(text.utf8).write(to: self.url.appendingPathComponent(name))
        return self.path(name)
    }

    /// Returns the text of a file.
    func read(_ name: String) throws -> String {
        String(decoding: try Data(contentsOf: self.url.appendingPathComponent(name)), as: UTF8.self)
    }
}

/// Events in wire form, as lines of files.
enum TestEvents {
    static let site = "6b29fc40-ca47-1067-b31d-00dd010662da"

    private static let identity =
        "{\"\(String(repeating: "a", count: 64))\":2,\"\(String(repeating: "b", count: 64))\":3,\"\(String(repeating: "c", count: 64))\":4}"

    static func pageView(_ number: Int = 1) -> String {
        self.event("pageview", path: "/page-\(number)", data: "")
    }

    static func order(_ id: String) -> String {
        self.event("purchase", path: "/checkout", data: #","order_id":"\#(id)","currency":"EUR","amount":"10.00""#)
    }

    /// A page view without a site, which the contract requires.
    static let deviating = #"{"url":"https://shop.example/","type":"pageview"}"#

    private static func event(_ type: String, path: String, data: String) -> String {
        "{\"url\":\"https://shop.example\(path)\",\"customer_site_id\":\"\(self.site)\",\"identity_data\":\(self.identity),"
            + "\"datetime\":\"2024-06-21 12:36:37\",\"type\":\"\(type)\",\"data\":{\"origin\":\"https://shop.example\"\(data)}}"
    }
}
#endif
