#if Configuration && TestKit
import Foundation

/// The shop as a process of its own, which can be killed.
final class ShopProcess: Sendable {
    struct NoShop: Error {}

    private let process: Process
    /// Where it serves, without a path.
    let url: String
    /// The port it serves at.
    var port: Int { self.url.split(separator: ":").last.flatMap { Int($0) } ?? 0 }

    private init(process: Process, url: String) {
        self.process = process
        self.url = url
    }

    /// Starts a shop that was built beside the tests, and waits until it serves.
    ///
    /// - Parameters:
    ///   - name: The program's name.
    ///   - variables: Its settings.
    static func start(_ name: String, _ variables: [String: String]) async throws -> ShopProcess {
        let directory = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
        let process = Process()
        process.executableURL = directory.appendingPathComponent(name)
        process.environment = ProcessInfo.processInfo.environment.merging(variables) { _, given in given }
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let handle = output.fileHandleForReading
        let line = await Self.blocking { () -> String in
            var text = Data()
            while let data = try? handle.read(upToCount: 1), !data.isEmpty, data.first != UInt8(ascii: "\n") { text += data }
            return String(decoding: text, as: UTF8.self)
        }
        guard let start = line.range(of: "http://") else { throw NoShop() }
        return ShopProcess(process: process, url: String(line[start.lowerBound...].dropLast()))
    }

    /// Ends it at once, in whatever it is doing, and waits until it is gone.
    func kill() async {
        Foundation.kill(self.process.processIdentifier, SIGKILL)
        await self.waitForExit()
    }

    /// Asks it to end, as a deployment does.
    func askToEnd() {
        Foundation.kill(self.process.processIdentifier, SIGTERM)
    }

    /// Asks it to end, and waits until it has.
    func terminate() async -> Int32 {
        self.askToEnd()
        return await self.exitStatus()
    }

    /// Waits until it is gone.
    func exitStatus() async -> Int32 {
        await self.waitForExit()
        return self.process.terminationStatus
    }

    private func waitForExit() async {
        await Self.blocking { self.process.waitUntilExit() }
    }

    /// Off the threads that the test's tasks share.
    private static func blocking<Result: Sendable>(_ body: @escaping @Sendable () -> Result) async -> Result {
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async { continuation.resume(returning: body()) }
        }
    }
}
#endif
