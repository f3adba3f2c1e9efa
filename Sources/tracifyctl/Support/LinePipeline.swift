//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Tool
/// Processes pieces of a text on all processors and merges the results in the order of the text.
///
/// The number of pieces in memory is bounded, whatever the length of the text.
enum LinePipeline {
    /// Processes the rest of a text.
    ///
    /// - Parameters:
    ///   - reader: The text.
    ///   - width: The number of pieces that are processed at once.
    ///   - process: Processes a piece.
    ///   - merge: Takes the results in the order of the text.
    /// - Throws: The error of reading or merging.
    static func run<Result: Sendable>(
        _ reader: consuming LineReader,
        width: Int,
        process: @escaping @Sendable (LineReader.Piece) -> Result,
        merge: (Result) throws -> Void
    ) async throws {
        var reader = reader
        try await withThrowingTaskGroup(of: (Int, Result).self) { group in
            var results: [Int: Result] = [:]
            var started = 0
            var merged = 0
            while true {
                // Those that wait for an earlier one count, too: they are in memory.
                if started - merged < 2 * max(1, width), let piece = try reader.next() {
                    let index = started
                    started += 1
                    group.addTask { (index, process(piece)) }
                    continue
                }
                guard let (index, result) = try await group.next() else { return }
                results[index] = result
                while let next = results.removeValue(forKey: merged) {
                    try merge(next)
                    merged += 1
                }
            }
        }
    }
}
#endif
