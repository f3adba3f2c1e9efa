#if FlyingFox
import Foundation
import Testing

// What the README imports:
import FlyingFox
import Tracify
import TracifyFlyingFox

/// The README's and the article's lines, compiled and compared.
struct ReadmeExampleTests {
    private func makeServer(_ tracker: Tracker) -> HTTPServer {
        // README begin
        var routes = RoutedHTTPHandler()
        routes.appendRoute("POST /checkout") { _ in
            let order = try Order(id: "1001", currency: .eur, amount: Amount("49.90"))
            try await tracker.orderPlaced(order)
            return HTTPResponse(statusCode: .ok)
        }
        let server = HTTPServer(port: 8080, handler: TracifyHTTPHandler(tracker, wrapping: routes))
        // README end
        return server
    }

    @Test(arguments: ["README.md", "Sources/Tracify/Documentation.docc/AttachingAServer.md"])
    func whatIsShownIsCompiledHere(path: String) throws {
        let site = try CustomerSiteID("6b29fc40-ca47-1067-b31d-00dd010662da")
        _ = self.makeServer(try Tracker(configuration: .init(customerSiteID: site), sink: InMemorySink()))
        let here = URL(fileURLWithPath: #filePath)
        let root = here.deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let source = String(decoding: try Data(contentsOf: here), as: UTF8.self)
            .split(separator: "\n", omittingEmptySubsequences: false)
        let begin = try #require(source.firstIndex { $0.hasSuffix("// README begin") })
        let end = try #require(source.firstIndex { $0.hasSuffix("// README end") })
        let example = source[(begin + 1)..<end].map { String($0.dropFirst(8)) }
        #expect(example.count <= 10)
        let page = String(decoding: try Data(contentsOf: root.appendingPathComponent(path)), as: UTF8.self)
        #expect(page.contains(example.joined(separator: "\n")))
    }
}
#endif
