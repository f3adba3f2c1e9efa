//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Foundation

/// The pages of the repository and the samples of this target.
struct Repository {
    let pages: [SourceText]
    let blocks: [Block]
    let samples: [CompiledSample]
    private let manifest: Manifest
    private let root: URL

    init(pages: [SourceText], samples: [SourceText], manifest: Manifest, root: URL = URL(fileURLWithPath: "/")) {
        self.pages = pages
        self.blocks = pages.flatMap(\.blocks)
        self.samples = samples.flatMap(\.samples)
        self.manifest = manifest
        self.root = root
    }

    /// Reads README.md, the articles of all products, the doc comments of all sources, and the samples of this target.
    init() throws {
        let here = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        let root = here.deletingLastPathComponent().deletingLastPathComponent()
        let sources = try Repository.files(in: root.appendingPathComponent("Sources"))
        let readme = root.appendingPathComponent("README.md")
        let articles = sources.filter { $0.path.contains(".docc/") && $0.pathExtension == "md" }
        let code = sources.filter { $0.pathExtension == "swift" }
        // This file's siblings with the mechanism hold the markers in strings.
        let mechanism = ["DocumentationTests.swift", "Repository.swift", "Samples.swift"]
        let samples = try Repository.files(in: here).filter { !mechanism.contains($0.lastPathComponent) }
        let manifest = try String(contentsOf: root.appendingPathComponent("Package.swift"), encoding: .utf8)
        self.init(
            pages: try ([readme] + articles + code).map { try SourceText($0, root: root) },
            samples: try samples.map { try SourceText($0, root: root) },
            manifest: Manifest(manifest),
            root: root
        )
    }

    /// Returns a line for each block that is not compiled and for each sample that is not shown.
    func check() -> [String] {
        var problems: [String] = []
        var shown: Set<CompiledSample> = []
        for block in self.blocks {
            if block.isManifest {
                for (index, line) in block.lines.enumerated() {
                    guard let problem = self.manifest.problem(line) else { continue }
                    problems.append("\(block.path):\(block.line + 1 + index): \(problem)")
                }
                continue
            }
            let containing = self.samples.filter { $0.contains(block) }
            shown.formUnion(containing)
            guard
                let missing = containing.map({ block.imports.subtracting($0.imports) }).min(by: { $0.count < $1.count })
            else {
                problems.append(
                    "\(block.path):\(block.line): the block is not contained in a compiled sample of Tests/DocumentationTests"
                )
                continue
            }
            for module in missing.sorted() {
                problems.append(
                    "\(block.path):\(block.line): the block imports \(module), which the file of the compiled sample does not import"
                )
            }
        }
        for sample in self.samples where !shown.contains(sample) {
            problems.append("\(sample.path):\(sample.line): no page shows the sample")
        }
        return problems
    }

    /// Returns a line for each test that an article names and that does not exist, and for each setting that only the article
    /// "Settings" or only the code has.
    func checkNames() throws -> [String] {
        let tests = Set(
            try Repository.files(in: self.root.appendingPathComponent("Tests"))
                .map { $0.deletingPathExtension().lastPathComponent }
        )
        var problems: [String] = []
        for page in self.pages where page.path.hasSuffix(".md") {
            for (index, line) in page.lines.enumerated() {
                for name in line.matches(of: /`([A-Za-z0-9]+Tests)`/) where !tests.contains(String(name.1)) {
                    problems.append("\(page.path):\(index + 1): there is no test file \(name.1).swift")
                }
            }
        }
        let documented = self.settings(of: "Settings.md")
        let known = self.settings(of: "Setting.swift")
        // The variables of the example shops and of container platforms are in the article and not in the code's list.
        let others: Set<String> = ["TRACIFY_COLLECTOR_PORT", "TRACIFY_PORT"]
        problems += known.subtracting(documented).sorted().map { "the article Settings does not name \($0)" }
        problems += documented.subtracting(known).subtracting(others).sorted()
            .map { "the article Settings names \($0), which is not a setting" }
        return problems
    }

    private func settings(of file: String) -> Set<String> {
        let text = self.pages.first { $0.path.hasSuffix("/" + file) }?.lines.joined(separator: "\n") ?? ""
        return Set(text.matches(of: /[`"](TRACIFY_[A-Z0-9_]*[A-Z0-9])[`"]/).map { String($0.1) })
    }

    private static func files(in directory: URL) throws -> [URL] {
        let paths = try FileManager.default.subpathsOfDirectory(atPath: directory.path).sorted()
        return paths.filter { $0.hasSuffix(".swift") || $0.hasSuffix(".md") }.map { directory.appendingPathComponent($0) }
    }
}

extension SourceText {
    fileprivate init(_ url: URL, root: URL) throws {
        let path = String(url.path.dropFirst(root.path.count)).drop { $0 == "/" }
        self.init(path: String(path), text: try String(contentsOf: url, encoding: .utf8))
    }
}
