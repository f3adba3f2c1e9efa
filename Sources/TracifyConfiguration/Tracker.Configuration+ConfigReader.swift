//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Configuration
public import Configuration
public import Tracify
#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension Tracker.Configuration {
    /// Creates the settings of a tracker from a configuration.
    ///
    /// ## Configuration keys
    ///
    /// The keys are those of the article "Settings", such as `tracify.batchSize`, which is the environment variable
    /// `TRACIFY_BATCH_SIZE`.
    ///
    /// With `TRACIFY_ENABLED=false` the site's ID may be missing.
    ///
    /// - Parameter config: The configuration.
    /// - Throws: ``ConfigurationError`` about the first setting that is missing or not allowed.
    public init(config: ConfigReader) throws(ConfigurationError) {
        let reader = SettingReader(config)
        let isEnabled = try reader.flag(.enabled) ?? true
        let customerSiteID = try reader.value(.customerSiteID) { text throws(ValidationError) in try CustomerSiteID(text) }
        let capture = try CaptureConfiguration(config: config)
        // A disabled tracker sends nothing, so it needs no site's ID.
        guard let customerSiteID = customerSiteID ?? (isEnabled ? nil : CustomerSiteID(Self.noSite)) else {
            throw .missing(Setting.customerSiteID.name, allowed: "a UUID, 8-4-4-4-12 hexadecimal digits")
        }
        self.init(customerSiteID: customerSiteID)
        self.isEnabled = isEnabled
        self.capture = capture
        self.sessions.timeout =
            try reader.seconds(.sessionTimeout, in: SessionConfiguration.allowedTimeout) ?? self.sessions.timeout
        self.sessions.maximumSessions =
            try reader.integer(.maximumSessions, in: SessionConfiguration.allowedSessions) ?? self.sessions.maximumSessions
        self.sessions.maximumLandingBytes =
            try reader.integer(.maximumLandingBytes, in: SessionConfiguration.allowedLandingBytes)
            ?? self.sessions.maximumLandingBytes
        self.sessions.lookupTimeout =
            try reader.seconds(.sessionLookupTimeout, in: SessionConfiguration.allowedLookupTimeout)
            ?? self.sessions.lookupTimeout
        self.encoding.sendsConversionValue = try reader.flag(.sendConversionValue) ?? self.encoding.sendsConversionValue
        self.encoding.sendsCurrencyAsCC = try reader.flag(.sendCurrencyCC) ?? self.encoding.sendsCurrencyAsCC
        self.queue.maximumEvents =
            try reader.integer(.queueCapacity, in: QueueConfiguration.allowedEvents) ?? self.queue.maximumEvents
        self.queue.maximumBytes =
            try reader.integer(.queueBytes, in: QueueConfiguration.allowedBytes) ?? self.queue.maximumBytes
        self.batches.maximumEvents =
            try reader.integer(.batchSize, in: BatchConfiguration.allowedEvents) ?? self.batches.maximumEvents
        self.batches.interval =
            try reader.seconds(.flushInterval, in: BatchConfiguration.allowedInterval) ?? self.batches.interval
        self.retry.maximumBackoff =
            try reader.seconds(.maximumBackoff, in: RetryConfiguration.allowedBackoff) ?? self.retry.maximumBackoff
        self.shutdown.gracefulDeadline =
            try reader.seconds(.shutdownTimeout, in: ShutdownConfiguration.allowedDeadline) ?? self.shutdown.gracefulDeadline
        self.shutdown.cancellationDeadline =
            try reader.seconds(.cancellationTimeout, in: ShutdownConfiguration.allowedDeadline)
            ?? self.shutdown.cancellationDeadline
        self.storeTimeout = try reader.seconds(.storeTimeout, in: Self.allowedStoreTimeout) ?? self.storeTimeout
        for (age, setting) in [
            (\RetentionConfiguration.maximumObservationAge, Setting.maximumAge), (\.maximumOrderAge, .maximumOrderAge),
            (\.maximumObservationDeadLetterAge, .maximumDeadLetterAge), (\.maximumOrderDeadLetterAge, .maximumOrderDeadLetterAge),
        ] {
            if let value = try reader.seconds(setting, in: RetentionConfiguration.allowedAge) {
                self.retention[keyPath: age] = value
            }
        }
        self.maximumDeadLetters =
            try reader.integer(.maximumDeadLetters, in: Self.allowedDeadLetters) ?? self.maximumDeadLetters
        self.maximumSkippedRequests =
            try reader.integer(.maximumSkippedRequests, in: Self.allowedSkippedRequests) ?? self.maximumSkippedRequests
    }

    /// The nil UUID (RFC 9562, section 5.9).
    private static let noSite = UUID(uuid: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0))
}
#endif
