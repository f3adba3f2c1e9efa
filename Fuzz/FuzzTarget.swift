//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Foundation

/// A parser of outside bytes, fuzzed by libFuzzer.
///
/// A target fails by stopping the process; libFuzzer then writes the input to a file.
enum FuzzTarget: String, CaseIterable {
    case query, forwarding, cookies, consent, referrer, wire, settings

    func test(_ input: [UInt8]) throws {
        switch self {
        case .query: try RequestTargets.query(input)
        case .forwarding: try RequestTargets.forwarding(input)
        case .cookies: try RequestTargets.cookies(input)
        case .consent: try RequestTargets.consent(input)
        case .referrer: try RequestTargets.referrer(input)
        case .wire: try WireTarget.test(input)
        case .settings: try SettingsTarget.test(input)
        }
    }
}

/// The executable: `Fuzz TARGET`, followed by the arguments of libFuzzer.
@main
enum Fuzz {
    nonisolated(unsafe) private static var target = FuzzTarget.query

    static func main() {
        let name = CommandLine.argc > 1 ? CommandLine.arguments[1] : ""
        guard let target = FuzzTarget(rawValue: name) else {
            fatalError("the target is \"\(name)\"; allowed: \(FuzzTarget.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        self.target = target
        var count = CommandLine.argc - 1
        var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv + 1
        exit(
            runDriver(&count, &arguments) { start, count in
                do {
                    try Fuzz.target.test([UInt8](UnsafeBufferPointer(start: start, count: count)))
                } catch {
                    fatalError("an error that no input may cause: \(error)")
                }
                return 0
            }
        )
    }
}

// SwiftPM renames the executable's `main`, so libFuzzer is called as a library instead of with its own `main`.
@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
    _ count: UnsafeMutablePointer<CInt>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>,
    _ body: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

/// Stops the process unless the condition holds.
func require(_ condition: Bool, _ promise: @autoclosure () -> String) {
    if !condition { fatalError("broken promise: \(promise())") }
}

/// Returns what a body creates of constants.
func constant<Value>(_ body: () throws -> Value) -> Value {
    do {
        return try body()
    } catch {
        fatalError("the target itself is wrong: \(error)")
    }
}
