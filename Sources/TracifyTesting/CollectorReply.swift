#if TestKit
import Tracify

/// What a collector answers to one request to the events API.
public struct CollectorReply: Sendable {
    enum Behaviour: Sendable {
        case answer(status: Int, headers: [(String, String)], body: [UInt8], declaredLength: Int?)
        case judge
        case hang
        case reset
        case drip
    }

    let behaviour: Behaviour
    /// Whether the events of the request count as taken.
    let takesEvents: Bool

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

    /// The connection is reset instead of an answer.
    public static let reset = CollectorReply(behaviour: .reset, takesEvents: false)

    static let json = [("Content-Type", "application/json")]

    static func rejection(_ reason: String) -> [UInt8] {
        var bytes = Array(#"{"status":false,"error":"#.utf8)
        JSONWriter.write(reason, to: &bytes)
        bytes.append(UInt8(ascii: "}"))
        return bytes
    }
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
        case .drip: "drip"
        }
    }
}
#endif
