//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Foundation

/// A text file of the repository.
struct SourceText {
    let path: String
    let lines: [String]

    init(path: String, text: String) {
        self.path = path
        self.lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    /// The blocks that are marked as Swift, in a Markdown file or in the doc comments of a Swift file.
    var blocks: [Block] {
        var blocks: [Block] = []
        var open: Block?
        for (index, line) in self.lines.enumerated() {
            guard let text = self.path.hasSuffix(".swift") ? SourceText.docComment(line) : line else {
                open = nil
                continue
            }
            let trimmed = text.trimmed
            if trimmed == "```swift" {
                open = Block(path: self.path, line: index + 1, lines: [])
            } else if trimmed == "```" {
                if let block = open { blocks.append(block) }
                open = nil
            } else {
                open?.lines.append(trimmed)
            }
        }
        return blocks
    }

    /// The compiled samples, between `// sample begin` and `// sample end`.
    var samples: [CompiledSample] {
        var samples: [CompiledSample] = []
        var open: CompiledSample?
        let imports = Set(self.lines.compactMap(SourceText.importedModule))
        for (index, line) in self.lines.enumerated() {
            switch line.trimmed {
            case "// sample begin":
                open = CompiledSample(path: self.path, line: index + 1, imports: imports, lines: [])
            case "// sample end":
                if let sample = open { samples.append(sample) }
                open = nil
            case let line:
                open?.lines.append(line)
            }
        }
        return samples
    }

    private static func docComment(_ line: String) -> String? {
        let trimmed = line.trimmed
        return trimmed.hasPrefix("///") ? String(trimmed.dropFirst(3)) : nil
    }

    /// Returns the module of an import, whatever its access level and attributes.
    static func importedModule(_ line: String) -> String? {
        let words = line.trimmed.split(separator: " ")
        guard let index = words.firstIndex(of: "import"), index + 2 == words.count else { return nil }
        let modifiers = words[..<index]
        guard modifiers.allSatisfy({ $0.hasPrefix("@") || ["public", "package", "internal", "private"].contains($0) }) else {
            return nil
        }
        return String(words[index + 1])
    }
}

/// A block of a page that is marked as Swift.
struct Block: Hashable {
    let path: String
    let line: Int
    /// The lines without whitespace at their ends.
    var lines: [String]

    /// Whether the block is a fragment of a package manifest, which is compared with Package.swift.
    var isManifest: Bool {
        guard let first = self.lines.first(where: { !$0.isEmpty }) else { return false }
        return first.hasPrefix(".package(") || first.hasPrefix(".product(")
    }

    /// The modules that the block imports.
    ///
    /// Imports stand at the top of a file, so the compiled sample does not contain them.
    var imports: Set<String> { Set(self.lines.compactMap(SourceText.importedModule)) }

    /// The lines after the imports, without empty lines at either end.
    var body: ArraySlice<String> {
        self.lines.drop { $0.isEmpty || SourceText.importedModule($0) != nil }.withoutEmptyEnds
    }
}

/// Lines of this target that a page shows, in whole or in part.
struct CompiledSample: Hashable {
    let path: String
    let line: Int
    let imports: Set<String>
    var lines: [String]

    /// Returns whether the sample contains the lines of a block, one after the other.
    func contains(_ block: Block) -> Bool {
        let (lines, body) = (self.lines, block.body)
        guard !body.isEmpty, lines.count >= body.count else { return false }
        return (0...(lines.count - body.count)).contains { lines[$0..<($0 + body.count)] == body }
    }
}

/// The names that a manifest declares.
struct Manifest {
    let products: Set<String>
    let traits: Set<String>
    let dependencies: Set<String>

    init(_ text: String) {
        let list = text.firstMatch(of: /let libraries = \[([^\]]*)\]/)?.1 ?? ""
        self.products = Set(list.matches(of: /"([^"]+)"/).map { String($0.1) })
        self.traits = Set(text.matches(of: /\.trait\(name: "([^"]+)"/).map { String($0.1) })
        self.dependencies = Set(text.matches(of: /\/([^"\/]+?)(?:\.git)?", from:/).map { String($0.1) })
    }

    /// Returns what is wrong with a line of a fragment; `nil` when nothing is.
    func problem(_ line: String) -> String? {
        if let product = line.firstMatch(of: /\.product\(name: "([^"]+)", package: "([^"]+)"/) {
            let (name, package) = (String(product.1), String(product.2))
            if package == "swift-tracify" {
                return self.products.contains(name) ? nil : "Package.swift has no library product \(name)"
            }
            return self.dependencies.contains(package) ? nil : "Package.swift has no dependency \(package)"
        }
        if line.hasPrefix(".package("), let traits = line.firstMatch(of: /traits: \[([^\]]*)\]/) {
            for trait in traits.1.matches(of: /"([^"]+)"/) where !self.traits.contains(String(trait.1)) {
                return "Package.swift has no trait \(trait.1)"
            }
        }
        return nil
    }
}

extension String {
    var trimmed: String { self.trimmingCharacters(in: .whitespaces) }
}

extension ArraySlice<String> {
    fileprivate var withoutEmptyEnds: ArraySlice<String> {
        var lines = self
        while lines.last?.isEmpty == true { lines.removeLast() }
        while lines.first?.isEmpty == true { lines.removeFirst() }
        return lines
    }
}
