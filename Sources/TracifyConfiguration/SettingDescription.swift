//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Configuration
/// What a setting may be, and what it is when it is not set, as the article "Settings" says it.
///
/// Tools print it. A test compares it with the article and with the readers.
package struct SettingDescription: Sendable, Hashable {
    /// The name as an environment variable: `TRACIFY_BATCH_SIZE`.
    package let name: String
    /// The member of the object `tracify` in a configuration file: `batchSize`.
    package let key: String
    /// Whether the value is never shown.
    package let isSecret: Bool
    /// What is allowed, in words.
    package let allowed: String
    /// The default, in words.
    package let defaultValue: String

    private init(_ setting: Setting, _ allowed: String, default defaultValue: String) {
        self.name = setting.name
        self.key = setting.member
        self.isSecret = setting.isSecret
        self.allowed = allowed
        self.defaultValue = defaultValue
    }

    /// All settings, in the order of the article.
    package static let all: [SettingDescription] = [
        SettingDescription(.enabled, "true, false", default: "true"),
        SettingDescription(.customerSiteID, "the site's ID (CSID), a UUID", default: "required"),
        SettingDescription(.token, "the API key: 1 to 4,096 visible ASCII characters", default: "required by the sink http"),
        SettingDescription(
            .tokenFile,
            "the path of a regular file that holds the API key, used when TRACIFY_TOKEN is not set",
            default: "–"
        ),
        SettingDescription(.environment, "production, staging", default: "production"),
        SettingDescription(
            .endpoint,
            "an absolute https URL with a path; plain http only to loopback addresses",
            default: "that of the environment"
        ),
        SettingDescription(
            .caFile,
            "the path of a PEM file with certificate authorities that the sink http trusts in addition to the system's",
            default: "none"
        ),
        SettingDescription(.sink, "http, file, memory, nats", default: "http"),
        SettingDescription(
            .filePath,
            "the path of the file sink's file, in an existing directory",
            default: "required by the sink file"
        ),
        SettingDescription(
            .natsServers,
            "a list of URLs of brokers that begin with nats:// or tls://",
            default: "required by the sink nats"
        ),
        SettingDescription(
            .natsCredentialsFile,
            "the path of a file with the credentials of a user of the brokers (.creds)",
            default: "none"
        ),
        SettingDescription(
            .natsCAFile,
            "the path of a PEM file with certificate authorities that are trusted for the brokers",
            default: "those of the system"
        ),
        SettingDescription(
            .natsCertificateFile,
            "the path of a PEM file with a certificate for the brokers, together with TRACIFY_NATS_KEY_FILE",
            default: "none"
        ),
        SettingDescription(.natsKeyFile, "the path of a PEM file with the key of that certificate", default: "none"),
        SettingDescription(
            .natsPrefix,
            "the first part of the names of streams and subjects: 1 to 32 letters, digits, - and _",
            default: "tracify"
        ),
        SettingDescription(
            .storePath,
            "the path of an SQLite file, in an existing directory on a local disk",
            default: "none: events wait in memory only"
        ),
        SettingDescription(.storeMaximumBytes, "1,048,576 to 1,099,511,627,776, without separators", default: "1,073,741,824"),
        SettingDescription(.batchSize, "events in a batch, 1 to 10,000", default: "100"),
        SettingDescription(.flushInterval, "seconds, 0.001 to 3,600", default: "1"),
        SettingDescription(.queueCapacity, "events in the queue, 1 to 10,000,000", default: "10,000"),
        SettingDescription(
            .queueBytes,
            "memory of the events in the queue, in bytes, 65,536 to 17,179,869,184",
            default: "16,777,216"
        ),
        SettingDescription(.maximumBackoff, "seconds, 0.001 to 86,400", default: "60"),
        SettingDescription(.shutdownTimeout, "seconds, 0 to 86,400", default: "10"),
        SettingDescription(
            .cancellationTimeout,
            "seconds for which delivery continues after a cancellation, 0 to 86,400",
            default: "2"
        ),
        SettingDescription(.storeTimeout, "seconds in which the store completes a call, 0.001 to 86,400", default: "5"),
        SettingDescription(
            .maximumAge,
            "seconds for which a page view, product view or add-to-cart waits in the store, 60 to 315,360,000",
            default: "2,592,000"
        ),
        SettingDescription(.maximumOrderAge, "the same for an order, conversion or survey answer", default: "none"),
        SettingDescription(
            .maximumDeadLetterAge,
            "seconds for which a dead letter of a page view, product view or add-to-cart is kept, 60 to 315,360,000",
            default: "2,592,000"
        ),
        SettingDescription(.maximumOrderDeadLetterAge, "the same for an order, conversion or survey answer", default: "none"),
        SettingDescription(.maximumDeadLetters, "dead letters in memory, 1 to 1,000,000", default: "1,000"),
        SettingDescription(.maximumSkippedRequests, "skipped requests that are kept for development, 0 to 100,000", default: "0"),
        SettingDescription(
            .maximumSessions,
            "sessions in memory, 0 to 10,000,000; with 0, landings are not kept",
            default: "50,000"
        ),
        SettingDescription(.sessionTimeout, "seconds, 1 to 86,400", default: "1,800"),
        SettingDescription(
            .maximumLandingBytes,
            "bytes of the parameters of all landings in memory, 1,024 to 1,073,741,824",
            default: "8,388,608"
        ),
        SettingDescription(
            .sessionLookupTimeout,
            "seconds for which a batch waits for a custom SessionStore, 0.001 to 60",
            default: "1"
        ),
        SettingDescription(
            .sites,
            "a list of hosts that may be reported, such as shop.example and *.shop.example for subdomains; host=CSID for "
                + "a site with an ID of its own",
            default: "any host"
        ),
        SettingDescription(
            .events,
            "a list of the types that are reported: pageview, productview, addtocart, purchase, conversion, postpurchasesurvey",
            default: "all"
        ),
        SettingDescription(
            .consent,
            "always, or terms joined by +: gpc, cookie:NAME=VALUE, cookie:NAME^=PREFIX, cookie:NAME*=PART, "
                + "preset:cookiebot, preset:onetrust, preset:usercentrics",
            default: "always"
        ),
        SettingDescription(
            .redaction,
            "default replaces email addresses in paths and parameters, off nothing",
            default: "default"
        ),
        SettingDescription(
            .maximumSegmentLength,
            "the longest segment of a path that is not replaced, in bytes, 1 to 8,192",
            default: "any"
        ),
        SettingDescription(
            .trustedProxies,
            "a list of networks (10.0.0.0/8, 2001:db8::/32), and unix for Unix domain sockets",
            default: "none"
        ),
        SettingDescription(
            .proxyHeader,
            "X-Forwarded-For, Forwarded, or a field that holds one address",
            default: "X-Forwarded-For, or else Forwarded"
        ),
        SettingDescription(
            .proxyPreset,
            "nginx, cloudflare, aws-alb, fastly, fly, heroku; only together with TRACIFY_TRUSTED_PROXIES",
            default: "none"
        ),
        SettingDescription(
            .forwardedHost,
            "true, false: whether X-Forwarded-Host of a trusted proxy is read; only together with TRACIFY_TRUSTED_PROXIES",
            default: "that of the preset, or else true"
        ),
        SettingDescription(
            .excludedNetworks,
            "a list of networks whose page views, product views and add-to-carts are not reported",
            default: "none"
        ),
        SettingDescription(
            .excludedReferrers,
            "a list of hosts that are not reported as Referer, such as pay.example and *.login.example",
            default: "none"
        ),
        SettingDescription(.countCrawlers, "true, false", default: "false"),
        SettingDescription(.alwaysHTTPS, "true, false", default: "false"),
        SettingDescription(.urlParameters, "a list of URL parameters that are reported besides utm_… and trc_…", default: "none"),
        SettingDescription(.urlQueryKeys, "a list of query parameters that are kept in url", default: "none"),
        SettingDescription(.excludedPaths, "a list of path patterns, such as /admin/**", default: "none"),
        SettingDescription(.productPaths, "a list of path patterns, such as /products/*", default: "none"),
        SettingDescription(.lowercaseEmail, "true, false", default: "false"),
        SettingDescription(.sendConversionValue, "true, false", default: "false"),
        SettingDescription(.sendCurrencyCC, "true, false", default: "false"),
    ]
}
#endif
