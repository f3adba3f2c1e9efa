//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Tool
import ArgumentParser

/// Reads and repairs the store of an app that is stopped.
struct StoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "store",
        abstract: "Reads and repairs the event store of a stopped app.",
        discussion: """
            The store is that of --path or of TRACIFY_STORE_PATH. A store that a running process uses is left alone: the command ends with one \
            line and exit code 75.

            EXAMPLES
              tracifyctl store list --path /var/lib/shop/events.sqlite
              tracifyctl store dead --type purchase
              tracifyctl store requeue --reason 'status 400'
              tracifyctl store export > events.ndjson
              tracifyctl store check
            """,
        subcommands: [
            StoreListCommand.self, StoreShowCommand.self, StoreOrderCommand.self, StoreDeadCommand.self, StoreRequeueCommand.self,
            StoreDiscardCommand.self, StoreExportCommand.self, StoreEraseCommand.self, StoreCheckCommand.self,
            StoreRepairCommand.self,
        ]
    )
}
#endif
