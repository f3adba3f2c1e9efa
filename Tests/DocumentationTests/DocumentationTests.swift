//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Foundation
import Testing

/// The samples of the README, the articles and the doc comments are compiled in this target; see ``CompiledSample``.
@Suite
struct DocumentationTests {
    @Test func showsOnlyCompiledSamples() throws {
        let repository = try Repository()
        let problems = repository.check()
        #expect(problems.isEmpty, "\(problems.joined(separator: "\n"))")
        #expect(repository.blocks.count > 20)
        #expect(repository.samples.count > 20)
    }

    @Test func namesOnlyTestsAndSettingsThatExist() throws {
        let repository = try Repository()
        let problems = try repository.checkNames()
        #expect(problems.isEmpty, "\(problems.joined(separator: "\n"))")
    }

    @Test func reportsBlocksThatAreNotCompiledAndSamplesThatAreNotShown() {
        let page = """
            ```swift
            import Tracify

            let order = 1
            ```

            ```swift
            let order = 2
            ```

            ```swift
            .product(name: "TracifyHTTP", package: "swift-tracify"),
            .product(name: "TracifyNothing", package: "swift-tracify"),
            ```
            """
        let source = """
            import Tracify

            func sample() {
                // sample begin
                let order = 1
                print(order)
                // sample end
                // sample begin
                let order = 3
                // sample end
            }
            """
        let repository = Repository(
            pages: [SourceText(path: "Page.md", text: page)],
            samples: [SourceText(path: "Samples.swift", text: source)],
            manifest: Manifest(#"let libraries = ["TracifyHTTP"]"#)
        )
        #expect(
            repository.check() == [
                "Page.md:7: the block is not contained in a compiled sample of Tests/DocumentationTests",
                "Page.md:13: Package.swift has no library product TracifyNothing",
                "Samples.swift:8: no page shows the sample",
            ]
        )
    }

    @Test func reportsImportsThatTheSampleDoesNotNeed() {
        let repository = Repository(
            pages: [SourceText(path: "Page.md", text: "```swift\nimport Vapor\n\nlet order = 1\n```")],
            samples: [SourceText(path: "Samples.swift", text: "// sample begin\nlet order = 1\n// sample end")],
            manifest: Manifest("")
        )
        #expect(
            repository.check() == [
                "Page.md:1: the block imports Vapor, which the file of the compiled sample does not import"
            ]
        )
    }

    @Test func findsBlocksInDocComments() {
        let source = SourceText(
            path: "Source.swift",
            text: """
                /// Does something.
                ///
                /// ```swift
                /// work {
                ///     rest()
                /// }
                /// ```
                public func work() {}
                // ```swift
                """
        )
        #expect(source.blocks == [Block(path: "Source.swift", line: 3, lines: ["work {", "rest()", "}"])])
    }
}
