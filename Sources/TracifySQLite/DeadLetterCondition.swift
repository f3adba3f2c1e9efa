//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if SQLite
import GRDB
import Tracify
#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A selection of dead letters as a condition in SQL.
struct DeadLetterCondition {
    let sql: String
    let arguments: StatementArguments

    init(_ selection: DeadLetterSelection) {
        var conditions = [selection.types.map { "type IN (\(EventType.sqlList($0)))" } ?? EventType.isKnown]
        var arguments = StatementArguments()
        if let reason = selection.reason {
            // Not LIKE, whose wildcards a reason may contain.
            conditions.append("instr(reason, ?) > 0")
            arguments += [reason]
        }
        if let before = selection.before {
            conditions.append("date < ?")
            arguments += [before.timeIntervalSince1970]
        }
        self.sql = conditions.joined(separator: " AND ")
        self.arguments = arguments
    }
}
#endif
