//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if NATS
import Testing
import Tracify

@testable import TracifyNATS

@Suite(.timeLimit(.minutes(5)))
struct ReceiptTests {
    @Test func textNamesEventsAndReasons() throws {
        let ids = [EventID(), EventID()]
        let other = EventID()
        let text = [
            ReceiptText.line(ids[0], .accepted), "nonsense", "", ReceiptText.line(ids[1], .rejected(reason: "no such site")),
            "\(EventID())", ReceiptText.line(other, .rejected(reason: "")),
        ]
        let receipts = ReceiptText.parse(text.joined(separator: "\n"))
        #expect(receipts.map(\.id) == ids + [other])
        #expect(receipts.map(\.outcome) == [.accepted, .rejected(reason: "no such site"), .rejected(reason: "")])
    }

    @Test func receiptThatCameBeforeIsFound() async {
        let receipts = Receipts()
        let ids = [EventID(), EventID()]
        receipts.add([(ids[0], .accepted)])
        async let waiting: Void = receipts.wait(for: ids)
        receipts.add([(ids[1], .accepted)])
        await waiting
        #expect(receipts.outcomes(of: ids) == [ids[0]: .accepted, ids[1]: .accepted])
        receipts.forget(ids)
        #expect(receipts.outcomes(of: ids).isEmpty)
    }

    @Test func waitEndsWithTheTask() async {
        let receipts = Receipts()
        let task = Task { await receipts.wait(for: [EventID()]) }
        task.cancel()
        await task.value
    }

    @Test func memoryIsBounded() {
        let receipts = Receipts()
        let first = EventID()
        receipts.add([(first, .accepted)])
        receipts.add((0..<50_000).map { _ in (EventID(), .accepted) })
        #expect(receipts.outcomes(of: [first]).isEmpty)
    }
}
#endif
