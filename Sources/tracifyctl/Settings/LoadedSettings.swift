//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Tool
import ArgumentParser
import Configuration
import Tracify
import TracifyConfiguration

/// The settings of an app from the environment and files, each with its source.
struct LoadedSettings: Sendable {
    /// The environment variables, with those of the files.
    private(set) var variables: [String: String]
    /// The source of each variable that is not the process's own.
    private var sources: [String: String] = [:]

    /// The maximum length of a file, in bytes.
    private static let fileLimit = 1 << 20

    /// Reads the files.
    ///
    /// - Parameters:
    ///   - environment: The environment variables, which go first. An empty value counts as not set.
    ///   - envFile: The path of a file of lines `NAME=value`.
    ///   - settingsFile: The path of a JSON file.
    /// - Throws: ``ToolError`` about a file that cannot be read.
    init(environment: [String: String], envFile: String? = nil, settingsFile: String? = nil) throws(ToolError) {
        self.variables = environment.filter { !$0.value.isEmpty || !$0.key.hasPrefix("TRACIFY_") }
        if let path = envFile {
            let text = String(decoding: try InputFile.content(of: path, limit: Self.fileLimit), as: UTF8.self)
            self.add(Self.parseVariables(text), from: path)
        }
        if let path = settingsFile {
            self.add(try Self.parseJSON(try InputFile.content(of: path, limit: Self.fileLimit), path), from: path)
        }
    }

    private mutating func add(_ found: [String: String], from source: String) {
        for (name, value) in found where !value.isEmpty && self.variables[name] == nil {
            self.variables[name] = value
            self.sources[name] = source
        }
    }

    /// Sets a variable, as a flag of a command does.
    mutating func set(_ name: String, _ value: String, source: String) {
        self.variables[name] = value
        self.sources[name] = source
    }

    /// Removes a variable that a flag of a command replaces.
    mutating func remove(_ name: String) { self.variables[name] = nil }

    /// Returns the value of a variable that is set; `nil` otherwise.
    subscript(name: String) -> String? { self.variables[name] }

    /// Returns where a variable comes from; `nil` when it is not set.
    func source(of name: String) -> String? {
        self.variables[name] == nil ? nil : self.sources[name] ?? "environment"
    }

    /// The configuration for the library's initializers.
    var config: ConfigReader {
        ConfigReader(provider: EnvironmentVariablesProvider(environmentVariables: self.variables))
    }

    /// Returns the variables of lines `NAME=value`, as swift-configuration reads them: without quotes, the last one wins.
    static func parseVariables(_ text: String) -> [String: String] {
        var variables: [String: String] = [:]
        for line in text.split(whereSeparator: \.isNewline) {
            let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map { Self.trim($0) }
            guard parts.count == 2, let name = parts.first, !name.isEmpty, !name.hasPrefix("#") else { continue }
            variables[name] = parts.last
        }
        return variables
    }

    private static func trim(_ text: Substring) -> String {
        let start = text.drop(while: \.isWhitespace)
        return start.lastIndex { !$0.isWhitespace }.map { String(start[...$0]) } ?? ""
    }

    /// Returns the members of the object `tracify` as environment variables, in the form that a reader makes of them.
    private static func parseJSON(_ bytes: [UInt8], _ path: String) throws(ToolError) -> [String: String] {
        let document: JSONValue
        do {
            document = try JSONParser.parse(bytes)
        } catch {
            throw ToolError("Cannot read \(path): \(error).", .configuration)
        }
        guard case .object = document else { throw ToolError("Cannot read \(path): it is not a JSON object.", .configuration) }
        guard case .object(let members)? = document[key: "tracify"] else { return [:] }
        let names = Dictionary(SettingDescription.all.map { ($0.key, $0.name) }) { first, _ in first }
        var variables: [String: String] = [:]
        for member in members {
            guard let text = Self.text(member.value) else {
                throw ToolError("Cannot read \(path): `tracify.\(member.key)` is neither a value nor a list.", .configuration)
            }
            // An unknown key becomes an unknown variable, which the check reports.
            variables[names[member.key] ?? Self.variableName(member.key)] = text
        }
        return variables
    }

    private static func text(_ value: JSONValue) -> String? {
        switch value {
        case .string(let text), .number(let text): text
        case .bool(let flag): flag ? "true" : "false"
        case .null: ""
        case .array(let elements):
            elements.reduce(into: Optional([String]())) { texts, element in
                if let text = self.text(element) { texts?.append(text) } else { texts = nil }
            }?
            .joined(separator: ",")
        case .object: nil
        }
    }

    /// Returns `TRACIFY_BATCH_SIZE` for `batchSize`.
    private static func variableName(_ key: String) -> String {
        key.reduce(into: "TRACIFY_") { name, character in
            if character.isUppercase { name.append("_") }
            name.append(contentsOf: character.uppercased())
        }
    }
}
#endif
