//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

public import Foundation
import Synchronization

/// A process that a test has started; it is killed when its last reference goes.
///
/// Not Foundation's `Process`: on Linux, that of Swift 6.3 reads past the end of a buffer when about 1,355 descriptors are open, which may
/// end the tests with `SIGSEGV` (swift-corelibs-foundation#5472).
public final class ChildProcess: Sendable {
    private let id: pid_t
    /// The exit status; `nil` as long as the process has not been reaped, so that no signal reaches another process with its ID.
    private let status: Mutex<Int32?> = Mutex(nil)

    /// Returns the path of a program of this package, from the build directory of the tests.
    public static func path(ofBuilt program: String) -> String {
        URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().appendingPathComponent(program).path
    }

    /// Starts a process, which inherits no descriptor but those of its pipes.
    ///
    /// - Parameters:
    ///   - program: The path of the program.
    ///   - arguments: The arguments.
    ///   - environment: The environment variables; those of the tests by default.
    ///   - input: Standard input; `/dev/null` by default.
    ///   - output: Standard output; `/dev/null` by default.
    ///   - errors: Standard error; `/dev/null` by default.
    /// - Throws: `POSIXError` if the program can't be started.
    public init(
        _ program: String,
        _ arguments: [String] = [],
        environment: [String: String] = ProcessInfo.processInfo.environment,
        input: Pipe? = nil,
        output: Pipe? = nil,
        errors: Pipe? = nil
    ) throws {
        #if canImport(Darwin)
        var actions: posix_spawn_file_actions_t?
        var attributes: posix_spawnattr_t?
        #else
        var actions = posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        #endif
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        let streams = [input?.fileHandleForReading, output?.fileHandleForWriting, errors?.fileHandleForWriting]
        for (number, handle) in zip(Int32(0)..., streams) {
            if let handle {
                posix_spawn_file_actions_adddup2(&actions, handle.fileDescriptor, number)
            } else {
                posix_spawn_file_actions_addopen(&actions, number, "/dev/null", O_RDWR, 0)
            }
        }
        #if canImport(Darwin)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_CLOEXEC_DEFAULT))
        #else
        // Also those that another thread opens now: the lowest free numbers, as a rule.
        let descriptors = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").compactMap { Int32($0) }
        for number in 3...(descriptors.max() ?? 3) + 64 { posix_spawn_file_actions_addclose(&actions, number) }
        #endif

        let words = ([program] + arguments).map { strdup($0) }
        let variables = environment.map { strdup("\($0)=\($1)") }
        defer { for text in words + variables { free(text) } }
        var id: pid_t = 0
        let number = posix_spawn(&id, program, &actions, &attributes, words + [nil], variables + [nil])
        guard number == 0 else { throw POSIXError(POSIXErrorCode(rawValue: number) ?? .EIO) }
        self.id = id
        // The process has its own; a pipe ends when the last is closed.
        for handle in streams { try handle?.close() }
    }

    deinit {
        self.signal(SIGKILL)
        self.waitUntilExit()
    }

    /// Sends a signal, if the process has not been reaped.
    public func signal(_ number: Int32) {
        self.status.withLock { status in
            if status == nil { kill(self.id, number) }
        }
    }

    /// Whether the process has not exited.
    public var isRunning: Bool {
        var information = siginfo_t()
        return waitid(P_PID, id_t(self.id), &information, WEXITED | WNOHANG | WNOWAIT) == 0 && information.si_signo == 0
    }

    /// Blocks the thread until the process has exited.
    ///
    /// - Returns: The exit status, or the number of the signal that ended the process.
    @discardableResult
    public func waitUntilExit() -> Int32 {
        // Waits without the lock, so that a signal can be sent meanwhile.
        var information = siginfo_t()
        while waitid(P_PID, id_t(self.id), &information, WEXITED | WNOWAIT) != 0, errno == EINTR {}
        return self.status.withLock { status in
            if let status { return status }
            var result: Int32 = 0
            while waitpid(self.id, &result, 0) < 0, errno == EINTR {}
            let signal = result & 0x7f
            let ended = signal == 0 ? (result >> 8) & 0xff : signal
            status = ended
            return ended
        }
    }

    /// Waits until the process has exited.
    public func exitStatus() async -> Int32 {
        await Self.blocking { self.waitUntilExit() }
    }

    /// Runs a blocking call outside the threads of Swift concurrency.
    public static func blocking<Result: Sendable>(_ body: @escaping @Sendable () -> Result) async -> Result {
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async { continuation.resume(returning: body()) }
        }
    }
}

extension FileHandle {
    /// Reads a line; blocks the thread.
    ///
    /// - Returns: The line without its end, or `nil` at the end of the file.
    public func readLine() -> String? {
        var line = Data()
        while let byte = try? self.read(upToCount: 1), !byte.isEmpty {
            if byte.first == UInt8(ascii: "\n") { return String(decoding: line, as: UTF8.self) }
            line += byte
        }
        return line.isEmpty ? nil : String(decoding: line, as: UTF8.self)
    }
}
