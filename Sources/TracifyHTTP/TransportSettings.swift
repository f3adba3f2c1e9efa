//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

/// The settings of an HTTP sink that concern the exchange with the endpoint.
struct TransportSettings: Sendable {
    let endpoint: Endpoint
    /// The path of a PEM file with certificate authorities that are trusted in addition to the system's.
    let certificateAuthorities: String?
    let proxy: HTTPProxy?
    let connectTimeout: Duration
    let readTimeout: Duration
    let requestTimeout: Duration
    let maximumResponseBytes: Int
}
