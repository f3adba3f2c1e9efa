//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

/// Returns what a log line may say about an error: the text of this library's own errors, and only the type of a foreign one, because
/// its text may hold anything.
func loggableReason(_ error: any Error) -> String {
    switch error {
    case let error as TrackerError: error.description
    case let error as ValidationError: error.description
    case let error as EventStoreError: error.description
    default: "\(type(of: error))"
    }
}
