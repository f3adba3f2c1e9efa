//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Vapor
import Tracify
import Vapor

private func routes(_ app: Application, _ tracker: Tracker) {
    // sample begin
    app.get("ready") { _ async -> HTTPStatus in tracker.health.isReady ? .ok : .serviceUnavailable }
    app.get("health") { _ async -> Response in
        Response(status: .ok, headers: ["Content-Type": "application/json"], body: .init(string: tracker.health.json))
    }
    // sample end
}
#endif
