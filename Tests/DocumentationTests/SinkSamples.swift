//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import HTTPTypes
import Tracify
import TracifyHTTP

private func http(_ key: String, _ siteID: String) throws -> Tracker {
    // sample begin
    let sink = try HTTPSink(configuration: .init(token: APIToken(key)))
    let tracker = try Tracker(configuration: .init(customerSiteID: CustomerSiteID(siteID)), sink: sink)
    // sample end
    return tracker
}

private func staging(_ key: String) throws -> HTTPSink {
    // sample begin
    var configuration = HTTPSink.Configuration(token: try APIToken(key))
    configuration.endpoint = .staging
    configuration.requestTimeout = .seconds(10)
    let sink = try HTTPSink(configuration: configuration)
    // sample end
    return sink
}

private func authorities(_ configuration: inout HTTPSink.Configuration) {
    // sample begin
    configuration.certificateAuthorities = "/etc/ssl/private-authority.pem"
    // sample end
}

private func tokenFile() -> HTTPSink.Configuration {
    // sample begin
    var configuration = HTTPSink.Configuration(token: .file("/run/secrets/tracify-token"))
    // sample end
    configuration.endpoint = .staging
    return configuration
}

private func proxy(_ configuration: inout HTTPSink.Configuration) throws {
    // sample begin
    configuration.proxy = try HTTPProxy(host: "proxy.example", port: 3128)
    // sample end
}

private func several(_ httpSink: HTTPSink) throws -> MultiplexSink {
    // sample begin
    var file = FileSink.Configuration(path: "/var/lib/shop/events.ndjson")
    file.maximumBytes = 100 << 20
    let sink = MultiplexSink([.required(httpSink), .bestEffort(try FileSink(configuration: file), name: "archive")])
    // sample end
    return sink
}

private func both(_ httpSink: HTTPSink, _ fileSink: FileSink) -> MultiplexSink {
    // sample begin
    let sink = MultiplexSink([.required(httpSink), .bestEffort(fileSink)])
    // sample end
    return sink
}

private struct MyQueue: Sendable {
    struct Busy: Error {
        let pause: Duration
    }

    func publish(_ bytes: [UInt8]) async throws {
        guard !bytes.isEmpty else { throw Busy(pause: .seconds(1)) }
    }

    func close() async {}
}

private func custom(_ queue: MyQueue) -> any EventSink {
    // sample begin
    struct QueueSink: EventSink {
        let queue: MyQueue

        func deliver(_ batch: EventBatch) async throws {
            do {
                try await self.queue.publish(batch.body)
            } catch let error as MyQueue.Busy {
                throw DeliveryError.retryable("The queue is busy", after: error.pause)
            }
        }

        func shutdown() async {
            await self.queue.close()
        }
    }
    // sample end
    return QueueSink(queue: queue)
}

private func decoded(_ batch: EventBatch) throws {
    // sample begin
    for encoded in batch {
        let event = try encoded.decoded()
        print(encoded.id, event.type.rawValue, event.url.text)
    }
    // sample end
}

private func docComments() -> any EventSink {
    // sample begin
    struct PrintingSink: EventSink {
        func deliver(_ batch: EventBatch) async throws {
            for event in batch {
                print(event.type.rawValue, String(decoding: event.json, as: UTF8.self))
            }
        }
    }
    // sample end
    return PrintingSink()
}
