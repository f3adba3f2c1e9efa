//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if TestKit
import Tracify

/// A response of a collector to one request to the events API.
public struct CollectorReply: Sendable {
    enum Behavior: Sendable {
        case answer(status: Int, headers: [(String, String)], body: [UInt8], declaredLength: Int?)
        case judge
        case hang
        case reset
        case resetBeforeBody
        case drip
    }

    let behavior: Behavior
    /// Whether the events of the request are accepted.
    let acceptsEvents: Bool
    /// The delay before the response begins.
    var delay: Duration = .zero

    /// The response by the contract, which a collector gives by itself.
    public static let asTracify = CollectorReply(behavior: .judge, acceptsEvents: true)

    /// `200` with `{"status":true}`, whatever the request.
    public static let accepted = CollectorReply(
        behavior: .answer(status: 200, headers: json, body: Array(#"{"status":true}"#.utf8), declaredLength: nil),
        acceptsEvents: true
    )

    /// Returns `200` with `{"status":false}` and a reason.
    ///
    /// - Parameter reason: The reason.
    /// - Returns: The response.
    public static func rejected(_ reason: String) -> CollectorReply {
        CollectorReply(
            behavior: .answer(status: 200, headers: json, body: CollectorReply.rejection(reason), declaredLength: nil),
            acceptsEvents: false
        )
    }

    /// Returns a response with a status that does not accept the events.
    ///
    /// - Parameters:
    ///   - status: The status code.
    ///   - headers: The header fields besides the content length.
    ///   - body: The body.
    /// - Returns: The response.
    public static func status(_ status: Int, headers: [(String, String)] = [], body: String = "") -> CollectorReply {
        CollectorReply(
            behavior: .answer(status: status, headers: headers, body: Array(body.utf8), declaredLength: nil),
            acceptsEvents: false
        )
    }

    /// `200` with the beginning of a body, then the end of the connection.
    ///
    /// The events are accepted.
    public static let truncated = CollectorReply(
        behavior: .answer(status: 200, headers: json, body: Array(#"{"stat"#.utf8), declaredLength: 15),
        acceptsEvents: true
    )

    /// No response: the connection stays open until the client times out.
    public static let hang = CollectorReply(behavior: .hang, acceptsEvents: false)

    /// `200` with a byte of the body every 20 milliseconds, for longer than any client waits.
    public static let drip = CollectorReply(behavior: .drip, acceptsEvents: false)

    /// A reset of the connection after the whole request was read.
    public static let reset = CollectorReply(behavior: .reset, acceptsEvents: false)

    /// A reset of the connection after the head of the request was read.
    public static let resetBeforeBody = CollectorReply(behavior: .resetBeforeBody, acceptsEvents: false)

    /// The same response, with the events accepted: a client cannot tell it from a failure that lost them.
    ///
    /// A reset before the body accepts nothing.
    public var acceptingEvents: CollectorReply {
        if case .resetBeforeBody = self.behavior { return self }
        return CollectorReply(behavior: self.behavior, acceptsEvents: true, delay: self.delay)
    }

    /// Returns the same response after a delay.
    ///
    /// The events are accepted at once.
    ///
    /// - Parameter delay: The time before the response begins.
    /// - Returns: The response.
    public func delayed(by delay: Duration) -> CollectorReply {
        var reply = self
        reply.delay = delay
        return reply
    }

    /// Whether a client that reads the whole response learns that its events were accepted.
    var isAcknowledgement: Bool {
        guard case .answer(200..<300, _, let body, nil) = self.behavior else { return false }
        return (try? JSONParser.parse(body))?[key: "status"] == .bool(true)
    }

    /// The reason in the body of a response that rejects; `nil` when there is none.
    var reason: String? {
        guard case .answer(_, _, let body, nil) = self.behavior else { return nil }
        return (try? JSONParser.parse(body))?[key: "error"]?.string
    }

    static let json = [("Content-Type", "application/json")]

    /// The status and the error of a response to a refused request; `nil` of one that accepts or rejects its events.
    var refusal: String? {
        guard case .answer(let status, _, let body, _) = self.behavior, status >= 400 else { return nil }
        let reason = (try? JSONParser.parse(body))?[key: "error"]?.string
        return "status \(status)" + (reason.map { ": \($0)" } ?? "")
    }

    static func rejection(_ reason: String) -> [UInt8] {
        var json = JSONWriter()
        json.writeRaw(#"{"status":false,"error":"#)
        json.write(reason)
        json.writeRaw("}")
        return json.bytes
    }
}

extension CollectorReply: CustomStringConvertible {
    /// A short name.
    public var description: String {
        switch self.behavior {
        case .answer(let status, _, _, let declaredLength):
            declaredLength == nil ? "status \(status)" : "status \(status), truncated"
        case .judge: "as Tracify"
        case .hang: "hang"
        case .reset: "reset"
        case .resetBeforeBody: "reset before the body"
        case .drip: "drip"
        }
    }
}
#endif
