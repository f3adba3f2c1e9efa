//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Hummingbird && Configuration
import Configuration
import Hummingbird
import NIOCore
import Tracify
import TracifyConfiguration
import TracifyHummingbird

private func application() async throws {
    // sample begin
    let tracker = try Tracker(config: ConfigReader(provider: EnvironmentVariablesProvider()))

    let router = Router(context: TracifyRequestContext.self)
    router.add(middleware: TracifyMiddleware(tracker))
    router.post("checkout") { _, _ -> HTTPResponse.Status in
        let order = try Order(id: "1001", currency: .eur, amount: Amount("49.90"))
        await tracker.reportOrder(order)
        return .ok
    }
    var app = Application(router: router)
    app.addServices(tracker)

    try await app.runService()
    // sample end
}

// sample begin
struct ShopContext: RequestContext, RemoteAddressRequestContext {
    var coreContext: CoreRequestContextStorage
    let remoteAddress: SocketAddress?

    init(source: ApplicationRequestContextSource) {
        self.coreContext = CoreRequestContextStorage(source: source)
        self.remoteAddress = source.channel.remoteAddress
    }
}
// sample end

private func docComments(_ tracker: Tracker) {
    // sample begin
    let router = Router(context: TracifyRequestContext.self)
    router.add(middleware: TracifyMiddleware(tracker))
    // sample end
}
#endif
