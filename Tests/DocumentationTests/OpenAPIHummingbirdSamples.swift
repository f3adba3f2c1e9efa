//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Hummingbird
import Hummingbird
import Tracify
import TracifyHummingbird

// swift-openapi-hummingbird makes a router a transport.
extension Router: ServerTransport {}

private func register(_ tracker: Tracker) throws {
    // sample begin
    let router = Router(context: TracifyRequestContext.self)
    router.add(middleware: TracifyMiddleware(tracker))
    try ShopAPI(tracker: tracker).registerHandlers(on: router)
    // sample end
}
#endif
