//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Hummingbird
import HTTPTypes
import Hummingbird
import NIOCore
import Tracify

private func routes(_ router: Router<BasicRequestContext>, _ tracker: Tracker) {
    // sample begin
    router.get("ready") { _, _ -> HTTPResponse.Status in tracker.health.isReady ? .ok : .serviceUnavailable }
    router.get("health") { _, _ -> Response in
        let body = ResponseBody(byteBuffer: ByteBuffer(string: tracker.health.json))
        return Response(status: .ok, headers: [.contentType: "application/json"], body: body)
    }
    // sample end
}
#endif
