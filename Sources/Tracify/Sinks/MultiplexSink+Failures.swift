//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

extension MultiplexSink {
    /// Returns the precedence of an error; the lowest number is thrown.
    static func rank(_ error: any Error) -> Int {
        switch (error as? DeliveryError)?.code {
        case .unauthorized?: 1
        case .tooLarge?: 2
        case .rejected?: 3
        case .awaitingReceipt?: 4
        default: error is CancellationError ? -1 : 0
        }
    }

    /// Returns the error with the name of the branch in its reason.
    static func naming(_ name: String, in error: any Error) -> any Error {
        if error is CancellationError { return error }
        guard let error = error as? DeliveryError else {
            // The text of a foreign error may hold anything, so only its type is shown.
            return DeliveryError.retryable("\(name): the sink threw \(type(of: error))")
        }
        let reason = "\(name): \(error.reason)"
        switch error.code {
        case .retryable: return DeliveryError.retryable(reason, after: error.retryAfter)
        case .rejected: return DeliveryError.rejected(reason)
        case .tooLarge: return DeliveryError.tooLarge(reason)
        case .unconfirmed: return DeliveryError.unconfirmed(reason)
        case .unauthorized: return DeliveryError.unauthorized(reason)
        case .awaitingReceipt: return DeliveryError.awaitingReceipt(reason, retryAfter: error.retryAfter)
        default: return error
        }
    }
}

extension EventBatch {
    /// Returns the events at the positions; `nil` without any.
    func part(_ positions: [Int]) -> EventBatch? {
        var builder = EventBatchBuilder()
        for position in positions {
            let entry = self.entries[position]
            builder.append(entry.header) { $0.append(contentsOf: self.body[entry.range]) }
        }
        return builder.finish()
    }
}
