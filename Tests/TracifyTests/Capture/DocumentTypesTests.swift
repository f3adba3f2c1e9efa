//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Testing

@testable import Tracify

struct DocumentTypesTests {
    private static let extensions = DocumentTypes.extensionNames.split { $0 == " " || $0.isNewline }.map(String.init)

    @Test(arguments: extensions)
    func pathsOfFilesAreNotLikeThoseOfPages(name: String) {
        let types = DocumentTypes()
        for path in ["/a.\(name)", "/a.\(name.uppercased())?v=2", "/a.b.\(name)"] { #expect(!types.isLikePage(path)) }
    }

    @Test(arguments: [
        "/", "", "/a", "/a.", "/a..", "/.", "/a.html", "/a.php", "/a.p", "/a.pn", "/a.pngs", "/a.webpx", "/png", "/a.png/",
        "/1.0.0",
    ])
    func otherPathsAreLikeThoseOfPages(path: String) {
        #expect(DocumentTypes().isLikePage(path))
    }

    /// The look-up compares one number of a table: no other extension may be taken for one of the list.
    @Test func noOtherShortExtensionIsThatOfFiles() {
        let types = DocumentTypes()
        let letters = "abcdefghijklmnopqrstuvwxyz0123456789".map(String.init)
        let short = letters + letters.flatMap { first in letters.map { first + $0 } }
        let others = Set(short.filter { !types.isLikePage("/a.\($0)") })
        #expect(others == Set(DocumentTypesTests.extensions.filter { $0.utf8.count <= 2 }))
    }
}
