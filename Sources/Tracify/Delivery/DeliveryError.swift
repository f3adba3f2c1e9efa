/// What kind of failure a sink met. The sink only says so; what follows from it is the ``Tracker``'s, the same for every sink.
///
/// The kinds are those of the contract, section "Delivery classes". None carries an address of a visitor, an event's content or
/// the token: reasons are logged and kept.
public struct DeliveryError: Error, Hashable, Sendable {
    /// The kind of failure. A struct, so that kinds can be added without breaking a `switch`.
    public struct Kind: Hashable, Sendable, CustomStringConvertible {
        /// The name of the kind, short and without a value, fit for a metric's label.
        public let description: String

        /// It may work later: the far end is down, busy or slow.
        public static let retryable = Kind(description: "retryable")
        /// The far end will not take these events as they are.
        public static let rejected = Kind(description: "rejected")
        /// The batch is larger than the far end takes.
        public static let tooLarge = Kind(description: "too_large")
        /// The far end takes nothing from us as we are set up: a wrong token, or a wrong endpoint.
        public static let unauthorized = Kind(description: "unauthorized")
    }

    /// The kind of failure.
    public let kind: Kind
    /// What happened, in one line, for logs and people; at most ``maximumReasonLength`` bytes.
    public let reason: String
    /// How long the far end asks to be left alone, if it does.
    public let retryAfter: Duration?

    /// The longest reason, in bytes; a longer one is cut. The far end chooses part of it.
    public static let maximumReasonLength = 512

    private init(kind: Kind, reason: String, retryAfter: Duration? = nil) {
        let printable = reason.unicodeScalars.prefix(DeliveryError.maximumReasonLength)
            .map { scalar -> Character in
                scalar.properties.generalCategory == .control ? " " : Character(scalar)
            }
        self.kind = kind
        self.reason = String(decoding: String(printable).utf8.prefix(DeliveryError.maximumReasonLength), as: UTF8.self)
        self.retryAfter = retryAfter
    }

    /// It may work later.
    ///
    /// - Parameters:
    ///   - reason: What happened, in one line.
    ///   - retryAfter: How long the far end asks to be left alone, if it does.
    public static func retryable(_ reason: String, after retryAfter: Duration? = nil) -> DeliveryError {
        DeliveryError(kind: .retryable, reason: reason, retryAfter: retryAfter)
    }

    /// The far end will not take these events as they are.
    ///
    /// - Parameter reason: What the far end said, in one line.
    public static func rejected(_ reason: String) -> DeliveryError {
        DeliveryError(kind: .rejected, reason: reason)
    }

    /// The batch is larger than the far end takes.
    ///
    /// - Parameter reason: What happened, in one line.
    public static func tooLarge(_ reason: String) -> DeliveryError {
        DeliveryError(kind: .tooLarge, reason: reason)
    }

    /// The far end takes nothing from us as we are set up.
    ///
    /// - Parameter reason: What happened, in one line, without the token.
    public static func unauthorized(_ reason: String) -> DeliveryError {
        DeliveryError(kind: .unauthorized, reason: reason)
    }
}

extension DeliveryError: CustomStringConvertible {
    /// One line.
    public var description: String { "\(self.kind): \(self.reason)" }
}
