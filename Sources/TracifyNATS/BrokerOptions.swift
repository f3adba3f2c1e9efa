//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if NATS
import CNATS
import Logging
import Synchronization
import Tracify

/// Logs when a broker is lost, and when one is there again.
final class BrokerEvents: Sendable {
    private let logger: Logger
    private let isEnding = Atomic(false)
    private let lastError = Mutex<ContinuousClock.Instant?>(nil)

    init(_ logger: Logger) {
        self.logger = logger
    }

    /// Notes that the connection is closed on purpose.
    func end() { self.isEnding.store(true, ordering: .relaxed) }

    /// Logs an error that a broker reports, at most one in ten seconds.
    fileprivate func failed(_ text: String) {
        let isDue = self.lastError.withLock { last in
            let now = ContinuousClock.now
            guard last.map({ now - $0 >= .seconds(10) }) ?? true else { return false }
            last = now
            return true
        }
        if isDue { self.log("The broker reports an error: \(text)", .warning) }
    }

    func connected() { self.log("Connected to a broker", .notice) }

    fileprivate func log(_ message: Logger.Message, _ level: Logger.Level) {
        guard !self.isEnding.load(ordering: .relaxed) else { return }
        self.logger.log(level: level, message)
    }
}

/// The options of a connection in the form of libnats.
final class BrokerOptions {
    let handle: OpaquePointer

    init(_ configuration: JetStreamConfiguration, _ events: BrokerEvents) throws(BrokerFailure) {
        var options: OpaquePointer?
        try BrokerFailure.check(natsOptions_Create(&options))
        guard let options else { throw BrokerFailure(NATS_NO_MEMORY) }
        self.handle = options
        try Self.set(options, configuration)
        // Never released: a connection calls until its end, which comes after that of the object that made it.
        try Self.setHandlers(options, Unmanaged.passRetained(events).toOpaque())
    }

    deinit {
        natsOptions_Destroy(self.handle)
    }

    private static func set(_ options: OpaquePointer, _ configuration: JetStreamConfiguration) throws(BrokerFailure) {
        // One after the other, each with its zero byte.
        let text = configuration.servers.flatMap { Array($0.utf8CString) }
        let status = text.withUnsafeBufferPointer { text in
            var servers: [UnsafePointer<CChar>?] = []
            var offset = 0
            for server in configuration.servers {
                servers.append(text.baseAddress.map { $0 + offset })
                offset += server.utf8.count + 1
            }
            return natsOptions_SetServers(options, &servers, Int32(servers.count))
        }
        try BrokerFailure.check(status)
        try BrokerFailure.check(natsOptions_SetName(options, "swift-tracify"))
        try BrokerFailure.check(natsOptions_SetTimeout(options, configuration.acknowledgementTimeout.milliseconds))
        try BrokerFailure.check(natsOptions_SetMaxReconnect(options, -1))
        try BrokerFailure.check(natsOptions_SetReconnectWait(options, 500))
        try BrokerFailure.check(natsOptions_SetReconnectJitter(options, 500, 500))
        // A broker that does not respond to two pings is left for another one.
        try BrokerFailure.check(natsOptions_SetPingInterval(options, 5000))
        try BrokerFailure.check(natsOptions_SetMaxPingsOut(options, 2))
        try BrokerFailure.check(natsOptions_SetWriteDeadline(options, configuration.acknowledgementTimeout.milliseconds))
        try BrokerFailure.check(natsOptions_SetFailRequestsOnDisconnect(options, true))
        if let path = configuration.credentialsPath {
            try BrokerFailure.check(natsOptions_SetUserCredentialsFromFiles(options, path, nil))
        }
        guard configuration.requiresTLS else { return }
        try BrokerFailure.check(natsOptions_SetSecure(options, true))
        if let path = configuration.tls.certificateAuthorities {
            try BrokerFailure.check(natsOptions_LoadCATrustedCertificates(options, path))
        }
        if let certificate = configuration.tls.certificate, let key = configuration.tls.privateKey {
            try BrokerFailure.check(natsOptions_LoadCertificatesChain(options, certificate, key))
        }
    }

    private static func setHandlers(_ options: OpaquePointer, _ closure: UnsafeMutableRawPointer) throws(BrokerFailure) {
        let connected: natsConnectionHandler = { _, closure in
            BrokerOptions.events(closure)?.connected()
        }
        let lost: natsConnectionHandler = { _, closure in
            BrokerOptions.events(closure)?.log("The connection to the broker is lost", .warning)
        }
        // By default libnats writes to the standard error.
        let failed: natsErrHandler = { _, _, status, closure in
            let text = String(cString: natsStatus_GetText(status))
            BrokerOptions.events(closure)?.failed(text)
        }
        // With a handler, a broker that cannot be reached at first does not block the caller.
        try BrokerFailure.check(natsOptions_SetRetryOnFailedConnect(options, true, connected, closure))
        try BrokerFailure.check(natsOptions_SetReconnectedCB(options, connected, closure))
        try BrokerFailure.check(natsOptions_SetDisconnectedCB(options, lost, closure))
        try BrokerFailure.check(natsOptions_SetErrorHandler(options, failed, closure))
    }

    private static func events(_ closure: UnsafeMutableRawPointer?) -> BrokerEvents? {
        closure.map { Unmanaged<BrokerEvents>.fromOpaque($0).takeUnretainedValue() }
    }
}
#endif
