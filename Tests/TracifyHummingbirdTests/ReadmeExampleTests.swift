#if Hummingbird
import Foundation
import Testing

// What the README imports:
import Hummingbird
import Tracify
import TracifyHTTP
import TracifyHummingbird

/// The README's ten lines, compiled and compared.
struct ReadmeExampleTests {
    private func makeApplication(token: String, siteID: String) throws -> some ApplicationProtocol {
        // README begin
        let sink = HTTPSink(configuration: .init(token: try APIToken(token)))
        let tracker = try Tracker(configuration: .init(customerSiteID: CustomerSiteID(siteID)), sink: sink)

        let router = Router(context: TracifyRequestContext.self)
        router.add(middleware: TracifyMiddleware(tracker))
        router.post("checkout") { _, _ -> HTTPResponse.Status in
            let order = try Order(id: "1001", currency: .eur, amount: Amount("49.90"))
            try await tracker.orderPlaced(order)
            return .ok
        }
        var app = Application(router: router)
        app.addServices(tracker)
        // README end
        return app
    }

    @Test func theReadmeShowsWhatIsCompiledHere() throws {
        _ = try self.makeApplication(token: "token", siteID: "6b29fc40-ca47-1067-b31d-00dd010662da")
        let here = URL(fileURLWithPath: #filePath)
        let root = here.deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let source = String(decoding: try Data(contentsOf: here), as: UTF8.self)
            .split(separator: "\n", omittingEmptySubsequences: false)
        let begin = try #require(source.firstIndex { $0.hasSuffix("// README begin") })
        let end = try #require(source.firstIndex { $0.hasSuffix("// README end") })
        let example = source[(begin + 1)..<end].map { $0.drop { $0 == " " }.isEmpty ? "" : String($0.dropFirst(8)) }
        let readme = String(decoding: try Data(contentsOf: root.appendingPathComponent("README.md")), as: UTF8.self)
        #expect(readme.contains(example.joined(separator: "\n")))
        #expect(example.filter { !$0.isEmpty }.count <= 12)
    }
}
#endif
