//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

/// Optional members of `data` that some Tracify integrations send.
///
/// By default the encoder follows Tracify's page "Server-side events API" and sends none of them.
public struct EncodingConfiguration: Sendable, Hashable {
    /// Whether a conversion's amount is also sent as `value`, its name in Tracify's OpenAPI description.
    public var sendsConversionValue = false
    /// Whether the currency of a purchase or a conversion is also sent as `cc`.
    ///
    /// The server-side tag of `foomo/sesamy-cli` sends it, with the note that the endpoint requires it.
    public var sendsCurrencyAsCC = false

    /// Creates the default configuration, without optional members.
    public init() {}
}
