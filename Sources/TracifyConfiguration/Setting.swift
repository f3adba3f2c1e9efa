//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Configuration
import Configuration

/// A setting of the library: its key in a configuration file and its name as an environment variable.
struct Setting: Sendable {
    let key: ConfigKey
    /// The last component of the key.
    let member: String
    let name: String
    let isSecret: Bool
    private init(_ key: String, _ name: String, isSecret: Bool = false) {
        self.key = ["tracify", key]
        self.member = key
        self.name = name
        self.isSecret = isSecret
    }

    static let enabled = Setting("enabled", "TRACIFY_ENABLED")
    static let customerSiteID = Setting("customerSiteId", "TRACIFY_CUSTOMER_SITE_ID")
    static let token = Setting("token", "TRACIFY_TOKEN", isSecret: true)
    static let tokenFile = Setting("tokenFile", "TRACIFY_TOKEN_FILE")
    static let environment = Setting("environment", "TRACIFY_ENVIRONMENT")
    static let endpoint = Setting("endpoint", "TRACIFY_ENDPOINT")
    static let caFile = Setting("caFile", "TRACIFY_CA_FILE")
    static let sink = Setting("sink", "TRACIFY_SINK")
    static let filePath = Setting("filePath", "TRACIFY_FILE_PATH")
    static let natsServers = Setting("natsServers", "TRACIFY_NATS_SERVERS", isSecret: true)
    static let natsCredentialsFile = Setting("natsCredentialsFile", "TRACIFY_NATS_CREDENTIALS_FILE")
    static let natsCAFile = Setting("natsCaFile", "TRACIFY_NATS_CA_FILE")
    static let natsCertificateFile = Setting("natsCertificateFile", "TRACIFY_NATS_CERTIFICATE_FILE")
    static let natsKeyFile = Setting("natsKeyFile", "TRACIFY_NATS_KEY_FILE")
    static let natsPrefix = Setting("natsPrefix", "TRACIFY_NATS_PREFIX")
    static let storePath = Setting("storePath", "TRACIFY_STORE_PATH")
    static let storeMaximumBytes = Setting("storeMaximumBytes", "TRACIFY_STORE_MAXIMUM_BYTES")
    static let trustedProxies = Setting("trustedProxies", "TRACIFY_TRUSTED_PROXIES")
    static let proxyHeader = Setting("proxyHeader", "TRACIFY_PROXY_HEADER")
    static let proxyPreset = Setting("proxyPreset", "TRACIFY_PROXY_PRESET")
    static let consent = Setting("consent", "TRACIFY_CONSENT")
    static let batchSize = Setting("batchSize", "TRACIFY_BATCH_SIZE")
    static let flushInterval = Setting("flushInterval", "TRACIFY_FLUSH_INTERVAL")
    static let queueCapacity = Setting("queueCapacity", "TRACIFY_QUEUE_CAPACITY")
    static let maximumBackoff = Setting("maximumBackoff", "TRACIFY_MAXIMUM_BACKOFF")
    static let shutdownTimeout = Setting("shutdownTimeout", "TRACIFY_SHUTDOWN_TIMEOUT")
    static let sessionTimeout = Setting("sessionTimeout", "TRACIFY_SESSION_TIMEOUT")
    static let urlParameters = Setting("urlParameters", "TRACIFY_URL_PARAMETERS")
    static let excludedPaths = Setting("excludedPaths", "TRACIFY_EXCLUDED_PATHS")
    static let productPaths = Setting("productPaths", "TRACIFY_PRODUCT_PATHS")
    static let alwaysHTTPS = Setting("alwaysHttps", "TRACIFY_ALWAYS_HTTPS")
    static let lowercaseEmail = Setting("lowercaseEmail", "TRACIFY_LOWERCASE_EMAIL")
    static let sendConversionValue = Setting("sendConversionValue", "TRACIFY_SEND_CONVERSION_VALUE")
    static let sendCurrencyCC = Setting("sendCurrencyCc", "TRACIFY_SEND_CURRENCY_CC")

    static let sites = Setting("sites", "TRACIFY_SITES")
    static let excludedNetworks = Setting("excludedNetworks", "TRACIFY_EXCLUDED_NETWORKS")
    static let events = Setting("events", "TRACIFY_EVENTS")
    static let redaction = Setting("redaction", "TRACIFY_REDACTION")
    static let maximumSegmentLength = Setting("maximumSegmentLength", "TRACIFY_MAXIMUM_SEGMENT_LENGTH")
    static let excludedReferrers = Setting("excludedReferrers", "TRACIFY_EXCLUDED_REFERRERS")
    static let countCrawlers = Setting("countCrawlers", "TRACIFY_COUNT_CRAWLERS")
    static let urlQueryKeys = Setting("urlQueryKeys", "TRACIFY_URL_QUERY_KEYS")
    static let forwardedHost = Setting("forwardedHost", "TRACIFY_FORWARDED_HOST")
    static let maximumSessions = Setting("maximumSessions", "TRACIFY_MAXIMUM_SESSIONS")
    static let cancellationTimeout = Setting("cancellationTimeout", "TRACIFY_CANCELLATION_TIMEOUT")
    static let storeTimeout = Setting("storeTimeout", "TRACIFY_STORE_TIMEOUT")
    static let maximumAge = Setting("maximumAge", "TRACIFY_MAXIMUM_AGE")
    static let maximumDeadLetters = Setting("maximumDeadLetters", "TRACIFY_MAXIMUM_DEAD_LETTERS")
    static let maximumSkippedRequests = Setting("maximumSkippedRequests", "TRACIFY_MAXIMUM_SKIPPED_REQUESTS")
    static let queueBytes = Setting("queueBytes", "TRACIFY_QUEUE_BYTES")
    static let maximumLandingBytes = Setting("maximumLandingBytes", "TRACIFY_MAXIMUM_LANDING_BYTES")
    static let sessionLookupTimeout = Setting("sessionLookupTimeout", "TRACIFY_SESSION_LOOKUP_TIMEOUT")
    static let maximumOrderAge = Setting("maximumOrderAge", "TRACIFY_MAXIMUM_ORDER_AGE")
    static let maximumDeadLetterAge = Setting("maximumDeadLetterAge", "TRACIFY_MAXIMUM_DEAD_LETTER_AGE")
    static let maximumOrderDeadLetterAge = Setting("maximumOrderDeadLetterAge", "TRACIFY_MAXIMUM_ORDER_DEAD_LETTER_AGE")

    static let all: [Setting] = [
        .enabled, .customerSiteID, .token, .tokenFile, .environment, .endpoint, .caFile, .sink, .filePath, .natsServers,
        .natsCredentialsFile, .natsCAFile, .natsCertificateFile, .natsKeyFile, .natsPrefix, .storePath,
        .storeMaximumBytes, .trustedProxies, .proxyHeader, .proxyPreset, .consent, .batchSize, .flushInterval, .queueCapacity,
        .maximumBackoff, .shutdownTimeout, .sessionTimeout, .urlParameters, .excludedPaths, .productPaths, .alwaysHTTPS,
        .lowercaseEmail, .sendConversionValue, .sendCurrencyCC, .sites, .excludedNetworks, .events, .redaction,
        .maximumSegmentLength, .excludedReferrers, .countCrawlers, .urlQueryKeys, .forwardedHost, .maximumSessions,
        .cancellationTimeout, .storeTimeout, .maximumAge, .maximumDeadLetters, .queueBytes, .maximumLandingBytes,
        .sessionLookupTimeout, .maximumOrderAge, .maximumDeadLetterAge, .maximumOrderDeadLetterAge,
        .maximumSkippedRequests,
    ]
}
#endif
