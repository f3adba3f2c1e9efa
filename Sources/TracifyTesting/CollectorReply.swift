#if TestKit
import Tracify

/// What a collector answers to one request to the events API.
public struct CollectorReply: Sendable {
    enum Behaviour: Sendable {
        case answer(status: Int, headers: [(String, String)], body: [UInt8], declaredLength: Int?)
        case judge
        case hang
        case reset
        case resetBeforeBody
        case drip
    }

    let behaviour: Behaviour
    /// Whether the events of the request count as taken.
    let takesEvents: Bool
    /// How long it takes until the answer begins.
    var delay: Duration = .zero

    /// The events are taken or rejected as the contract has it. What a collector does by itself.
    public static let asTracify = CollectorReply(behaviour: .judge, takesEvents: true)

    /// `200` with `{"status":true}`, whatever was sent.
    public static let accepted = CollectorReply(
        behaviour: .answer(status: 200, headers: json, body: Array(#"{"status":true}"#.utf8), declaredLength: nil),
        takesEvents: true
    )

    /// `200` with `{"status":false}` and a reason.
    public static func rejected(_ reason: String) -> CollectorReply {
        CollectorReply(
            behaviour: .answer(status: 200, headers: json, body: CollectorReply.rejection(reason), declaredLength: nil),
            takesEvents: false
        )
    }

    /// A status without taking the events.
    ///
    /// - Parameters:
    ///   - status: The status code.
    ///   - headers: Headers besides the content's length.
    ///   - body: The body.
    public static func status(_ status: Int, headers: [(String, String)] = [], body: String = "") -> CollectorReply {
        CollectorReply(
            behaviour: .answer(status: status, headers: headers, body: Array(body.utf8), declaredLength: nil),
            takesEvents: false
        )
    }

    /// `200` and the beginning of a body that never ends, then the end of the connection. The events are taken.
    public static let truncated = CollectorReply(
        behaviour: .answer(status: 200, headers: json, body: Array(#"{"stat"#.utf8), declaredLength: 15),
        takesEvents: true
    )

    /// No answer at all: the connection stays open until the client gives up.
    public static let hang = CollectorReply(behaviour: .hang, takesEvents: false)

    /// `200` and then a byte of the body every 20 milliseconds, for longer than any client waits.
    public static let drip = CollectorReply(behaviour: .drip, takesEvents: false)

    /// The connection is reset instead of an answer, after the whole request was read.
    public static let reset = CollectorReply(behaviour: .reset, takesEvents: false)

    /// The connection is reset as soon as the request's head is there. Its body is never read.
    public static let resetBeforeBody = CollectorReply(behaviour: .resetBeforeBody, takesEvents: false)

    /// The same answer, or none, but the events are taken: what a client cannot tell from a failure that lost them. What is reset
    /// before its body takes nothing.
    public var takingEvents: CollectorReply {
        if case .resetBeforeBody = self.behaviour { return self }
        return CollectorReply(behaviour: self.behaviour, takesEvents: true, delay: self.delay)
    }

    /// The same, later. Events that are taken are taken at once.
    ///
    /// - Parameter delay: How long the client waits for the answer to begin.
    public func delayed(by delay: Duration) -> CollectorReply {
        var reply = self
        reply.delay = delay
        return reply
    }

    /// Whether a client that reads the whole answer learns that its events were accepted.
    var isAcknowledgement: Bool {
        guard case .answer(200..<300, _, let body, nil) = self.behaviour else { return false }
        return (try? JSONParser.parse(body))?[key: "status"] == .bool(true)
    }

    static let json = [("Content-Type", "application/json")]

    static func rejection(_ reason: String) -> [UInt8] {
        var bytes = Array(#"{"status":false,"error":"#.utf8)
        JSONWriter.write(reason, to: &bytes)
        bytes.append(UInt8(ascii: "}"))
        return bytes
    }
}

/// A request to the events API, and what a collector did with it.
public struct CollectorExchange: Sendable {
    /// The request's body, as it came; empty when it was not read.
    public let body: [UInt8]
    /// What was answered: never ``CollectorReply/asTracify``, but what that came to.
    public let reply: CollectorReply
    /// Whether the body was read.
    let isRead: Bool

    /// Whether the events were taken.
    public var isTaken: Bool { self.reply.takesEvents }
    /// Whether the answer said so. What was acknowledged must not come again.
    public var isAcknowledged: Bool { self.reply.takesEvents && self.reply.isAcknowledgement }
}

extension CollectorReply: CustomStringConvertible {
    /// What it does, in a word or two.
    public var description: String {
        switch self.behaviour {
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
