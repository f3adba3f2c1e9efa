//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Foundation
import HTTPTypes
import Logging
import ServiceLifecycle
import Tracify
import UnixSignals

#if Configuration
import Configuration
import TracifyConfiguration
#endif

// Stand-ins of swift-aws-lambda-runtime and swift-aws-lambda-events, on which this package does not depend. They have only what
// the samples use.

struct APIGatewayV2Request: Sendable {
    struct Context: Sendable {
        struct HTTP: Sendable {
            let method: HTTPRequest.Method
            let sourceIp: String
        }

        let domainName: String
        let http: HTTP
    }

    let rawPath: String
    let rawQueryString: String
    let cookies: [String]
    let headers: [String: String]
    let context: Context
}

extension [String: String] {
    func first(name: String) -> String? { self.first { $0.key.lowercased() == name }?.value }
}

struct APIGatewayV2Response: Sendable {
    let statusCode: HTTPResponse.Status
    var headers: [String: String]?
}

struct SQSEvent: Sendable {
    struct Message: Sendable {
        let body: String
    }

    let records: [Message]
}

struct LambdaContext: Sendable {}

protocol LambdaResponseWriter<Output> {
    associatedtype Output
    func write(_ output: Output) async throws
}

protocol LambdaWithBackgroundProcessingHandler {
    associatedtype Event
    associatedtype Output
    func handle(_ event: Event, outputWriter: some LambdaResponseWriter<Output>, context: LambdaContext) async throws
}

private struct LambdaCodableAdapter<Handler: LambdaWithBackgroundProcessingHandler & Sendable>: Sendable {
    let handler: Handler
}

private struct LambdaRuntime<Handler: Sendable>: Service {
    let handler: Handler

    func run() async throws {}
}

extension ShopFunction {
    private func respond(to event: APIGatewayV2Request) async throws -> APIGatewayV2Response {
        APIGatewayV2Response(statusCode: .ok, headers: ["content-type": "text/html"])
    }
}

// sample begin
func head(of event: APIGatewayV2Request) -> HTTPRequest {
    var request = HTTPRequest(
        method: event.context.http.method,
        scheme: "https",
        authority: event.headers.first(name: "host") ?? event.context.domainName,
        path: event.rawQueryString.isEmpty ? event.rawPath : "\(event.rawPath)?\(event.rawQueryString)"
    )
    for (name, value) in event.headers {
        guard let name = HTTPField.Name(name), name.canonicalName != "host" else { continue }
        request.headerFields.append(HTTPField(name: name, value: value))
    }
    // A consent policy may need them.
    if !event.cookies.isEmpty { request.headerFields[.cookie] = event.cookies.joined(separator: "; ") }
    return request
}

func head(of response: APIGatewayV2Response) -> HTTPResponse {
    var head = HTTPResponse(status: response.statusCode)
    for (name, value) in response.headers ?? [:] {
        guard let name = HTTPField.Name(name) else { continue }
        head.headerFields.append(HTTPField(name: name, value: value))
    }
    return head
}
// sample end

// sample begin
struct ShopFunction: LambdaWithBackgroundProcessingHandler {
    typealias Event = APIGatewayV2Request
    typealias Output = APIGatewayV2Response

    let tracker: Tracker

    func handle(
        _ event: APIGatewayV2Request,
        outputWriter: some LambdaResponseWriter<APIGatewayV2Response>,
        context: LambdaContext
    ) async throws {
        let request = head(of: event)
        let visit = self.tracker.visit(for: request, from: PeerAddress(text: event.context.http.sourceIp))
        let response = try await Visit.$current.withValue(visit) { try await self.respond(to: event) }
        self.tracker.requestCompleted(request, response: head(of: response), visit: visit)
        try await outputWriter.write(response)
        await self.tracker.flush(within: .seconds(2))
    }
}
// sample end

#if Configuration
private func main() async throws {
    // sample begin
    let tracker = try Tracker(config: ConfigReader(provider: EnvironmentVariablesProvider()))
    let runtime = LambdaRuntime(handler: LambdaCodableAdapter(handler: ShopFunction(tracker: tracker)))
    let group = ServiceGroup(
        services: [tracker, runtime],
        gracefulShutdownSignals: [.sigterm],
        logger: Logger(label: "shop")
    )
    try await group.run()
    // sample end
}
#endif

private func webhook(_ tracker: Tracker, _ order: Order, _ visit: Visit) async throws -> APIGatewayV2Response {
    // sample begin
    try await tracker.orderPlaced(order, by: visit)
    let isDelivered = await tracker.flush(within: .seconds(5))
    return APIGatewayV2Response(statusCode: isDelivered ? .ok : .serviceUnavailable)
    // sample end
}

// sample begin
struct PlacedOrder: Codable {
    let id: String
    let cents: Int64
    let visit: Visit
}

struct NotDelivered: Error {}

func report(_ event: SQSEvent, to tracker: Tracker) async throws {
    for record in event.records {
        let placed = try JSONDecoder().decode(PlacedOrder.self, from: Data(record.body.utf8))
        let order = try Order(id: placed.id, currency: .eur, amount: Amount(minorUnits: placed.cents, of: .eur))
        try await tracker.orderPlaced(order, by: placed.visit)
    }
    guard await tracker.flush(within: .seconds(10)) else { throw NotDelivered() }
    // A rejected order is a dead letter in memory. The queue keeps it better.
    let isRejected = try await !tracker.deadLetters(.init(types: [.purchase])).isEmpty
    try await tracker.discardDeadLetters(.init(types: [.purchase]))
    if isRejected { throw NotDelivered() }
}
// sample end
