//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Foundation
import HTTPTypes
import Logging
import Synchronization
import Testing

@testable import Tracify

/// The session store in the memory of the process.
@Suite
struct MemorySessionStoreTests {
    private func hash(_ index: Int) throws -> AnonymizedHash { AnonymizedHash(hashing: "\(index)") }

    private func landing(_ index: Int, at seconds: Double = 0) throws -> SessionLanding {
        SessionLanding(
            session: try self.hash(index),
            parameters: [try URLParameter(name: "utm_source", value: "\(index)")],
            date: Date(timeIntervalSince1970: seconds)
        )
    }

    private func visit(_ index: Int, at seconds: Double = 0) throws -> SessionVisit {
        SessionVisit(session: try self.hash(index), date: Date(timeIntervalSince1970: seconds))
    }

    @Test func honorsCountLimit() throws {
        var policy = SessionConfiguration()
        policy.maximumSessions = 100
        let store = try MemorySessionStore(configuration: policy)
        for index in 0..<1000 {
            store.keep([try self.landing(index)])
            #expect(store.count <= 100)
        }
        #expect(store.enter([try self.visit(999)])[0].parameters.map(\.value) == ["999"], "the latest landings are kept")
        #expect(store.enter([try self.visit(0)])[0] == SessionEntry(isFirst: true), "the oldest landings are evicted")
    }

    /// A client that changes its user agent starts a new session each time, and a query can have kilobytes.
    @Test func honorsByteLimit() throws {
        var policy = SessionConfiguration()
        policy.maximumLandingBytes = 64 * 1024
        let store = try MemorySessionStore(configuration: policy)
        let value = String(repeating: "x", count: 500)
        for index in 0..<1000 {
            let parameters = try (0..<15).map { try URLParameter(name: "utm_x\($0)", value: value) }
            let landing = SessionLanding(
                session: try self.hash(index),
                parameters: parameters,
                date: .init(timeIntervalSince1970: 0)
            )
            store.keep([landing])
            // Each landing takes more than 7,500 bytes.
            #expect(store.count <= 64 * 1024 / 7500)
        }
        #expect(store.droppedLandings == 1000 - store.count)
        #expect(store.enter([try self.visit(999)])[0].parameters.count == 15)
    }

    @Test func releasesBytesOfConsumedLandings() throws {
        var policy = SessionConfiguration()
        policy.maximumLandingBytes = 1024
        let store = try MemorySessionStore(configuration: policy)
        for index in 0..<1000 {
            store.keep([try self.landing(index)])
            #expect(store.enter([try self.visit(index)])[0].parameters.count == 1)
        }
        #expect(store.droppedLandings == 0)
        #expect(store.count == 1000)
    }

    @Test func removesExpiredSessions() throws {
        let store = try MemorySessionStore()
        #expect(store.enter([try self.visit(1)])[0].isFirst)
        #expect(!store.enter([try self.visit(1, at: 1800)])[0].isFirst)
        #expect(store.enter([try self.visit(1, at: 3601)])[0].isFirst, "a new session")
        for index in 2..<100 { _ = store.enter([try self.visit(index, at: 3601)]) }
        _ = store.enter([try self.visit(200, at: 20_000)])
        _ = store.enter([try self.visit(201, at: 40_000)])
        #expect(store.count == 2, "sessions that ended long ago take no memory")
    }

    @Test func landingAppliesToLaterEventsOnly() throws {
        let store = try MemorySessionStore()
        store.keep([try self.landing(1, at: 10)])
        #expect(store.enter([try self.visit(1, at: 9)])[0].parameters.isEmpty)
        #expect(!store.enter([try self.visit(1, at: 10)])[0].parameters.isEmpty)
        #expect(store.enter([try self.visit(1, at: 10)])[0].parameters.isEmpty, "a landing is returned once")
    }

    @Test func survivesClockSetBack() throws {
        let store = try MemorySessionStore()
        store.keep([try self.landing(1, at: 100_000)])
        _ = store.enter([try self.visit(2, at: 0)])
        #expect(store.enter([try self.visit(1, at: 100_001)])[0].parameters.count == 1)
    }

    @Test func validatesSettings() {
        func field(_ change: (inout SessionConfiguration) -> Void) -> String? {
            let configuration = try? Tracker.Configuration.stub { change(&$0.sessions) }
            do {
                if let configuration { _ = try Tracker(configuration: configuration, sink: InMemorySink()) }
                return nil
            } catch {
                return (error as? ValidationError)?.field
            }
        }
        #expect(field { $0.timeout = .zero } == "sessions.timeout")
        #expect(field { $0.maximumSessions = -1 } == "sessions.maximumSessions")
        #expect(field { $0.maximumLandingBytes = 1023 } == "sessions.maximumLandingBytes")
        #expect(field { $0.lookupTimeout = .seconds(61) } == "sessions.lookupTimeout")
    }
}
