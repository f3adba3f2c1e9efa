// swift-tools-version: 6.1

import PackageDescription

let package = Package(
    name: "swift-tracify",
    platforms: [.macOS(.v15), .iOS(.v18), .tvOS(.v18), .watchOS(.v11), .visionOS(.v2)],
    products: [
        .library(name: "Tracify", targets: ["Tracify"]),
        .library(name: "TracifyHTTP", targets: ["TracifyHTTP"]),
        .library(name: "TracifyNIO", targets: ["TracifyNIO"]),
        .library(name: "TracifyHummingbird", targets: ["TracifyHummingbird"]),
        .library(name: "TracifyFlyingFox", targets: ["TracifyFlyingFox"]),
        .library(name: "TracifyVapor", targets: ["TracifyVapor"]),
        .library(name: "TracifySQLite", targets: ["TracifySQLite"]),
        .library(name: "TracifyConfiguration", targets: ["TracifyConfiguration"]),
        .library(name: "TracifyTesting", targets: ["TracifyTesting"]),
        .executable(name: "hummingbird-shop", targets: ["HummingbirdShop"]),
        .executable(name: "nio-shop", targets: ["NIOShop"]),
        .executable(name: "flyingfox-shop", targets: ["FlyingFoxShop"]),
        .executable(name: "vapor-shop", targets: ["VaporShop"]),
    ],
    traits: [
        .trait(name: "Hummingbird", description: "TracifyHummingbird, the middleware for Hummingbird 2."),
        .trait(name: "FlyingFox", description: "TracifyFlyingFox, the handler for FlyingFox."),
        .trait(name: "Vapor", description: "TracifyVapor, the middleware for Vapor 4."),
        .trait(name: "SQLite", description: "TracifySQLite, a durable store of events on GRDB."),
        .trait(name: "Configuration", description: "TracifyConfiguration, settings read with swift-configuration."),
        .trait(name: "TestKit", description: "TracifyTesting, a fake Tracify server for tests and demos."),
        .default(enabledTraits: ["Hummingbird", "FlyingFox", "SQLite", "Configuration", "TestKit"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-http-types.git", from: "1.3.0"),
        .package(url: "https://github.com/apple/swift-log.git", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-metrics.git", from: "2.5.0"),
        .package(url: "https://github.com/apple/swift-collections.git", from: "1.1.0"),
        .package(url: "https://github.com/apple/swift-nio.git", from: "2.81.0"),
        .package(url: "https://github.com/apple/swift-nio-extras.git", from: "1.24.0"),
        .package(url: "https://github.com/apple/swift-nio-http2.git", from: "1.36.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl.git", from: "2.29.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle.git", from: "2.6.0"),
        .package(url: "https://github.com/swift-server/async-http-client.git", from: "1.25.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird.git", from: "2.11.0"),
        .package(url: "https://github.com/swhitty/FlyingFox.git", from: "0.26.0"),
        .package(url: "https://github.com/vapor/vapor.git", from: "4.115.0"),
        .package(url: "https://github.com/apple/swift-configuration.git", from: "1.0.0"),
        .package(url: "https://github.com/groue/GRDB.swift.git", from: "7.0.0"),
    ],
    targets: [
        // The core.
        .systemLibrary(
            name: "CLibcrypto",
            pkgConfig: "libcrypto",
            providers: [.apt(["libssl-dev"]), .yum(["openssl-devel"])]
        ),
        .target(
            name: "Tracify",
            dependencies: [
                .target(name: "CLibcrypto", condition: .when(platforms: [.linux, .android])),
                .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ]
        ),
        .testTarget(
            name: "TracifyTests",
            dependencies: [
                "Tracify",
                .product(name: "MetricsTestKit", package: "swift-metrics"),
                .product(name: "ServiceLifecycleTestKit", package: "swift-service-lifecycle"),
            ],
            resources: [.copy("Vectors")]
        ),

        // The direct HTTP sink.
        .target(
            name: "TracifyHTTP",
            dependencies: [
                "Tracify",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ]
        ),

        // A fake Tracify server.
        .target(
            name: "TracifyTesting",
            dependencies: [
                "Tracify",
                .product(name: "DequeModule", package: "swift-collections", condition: .when(traits: ["TestKit"])),
                .product(name: "NIOCore", package: "swift-nio", condition: .when(traits: ["TestKit"])),
                .product(name: "NIOHTTP1", package: "swift-nio", condition: .when(traits: ["TestKit"])),
                .product(name: "NIOPosix", package: "swift-nio", condition: .when(traits: ["TestKit"])),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle", condition: .when(traits: ["TestKit"])),
            ]
        ),
        .testTarget(
            name: "TracifyHTTPTests",
            dependencies: [
                "TracifyHTTP",
                "TracifyTesting",
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ]
        ),

        // The durable store.
        .target(
            name: "TracifySQLite",
            dependencies: [
                "Tracify",
                .product(name: "GRDB", package: "GRDB.swift", condition: .when(traits: ["SQLite"])),
                .product(name: "Logging", package: "swift-log", condition: .when(traits: ["SQLite"])),
            ]
        ),
        .testTarget(
            name: "TracifySQLiteTests",
            dependencies: [
                "TracifySQLite",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "MetricsTestKit", package: "swift-metrics"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ]
        ),

        // Settings.
        .target(
            name: "TracifyConfiguration",
            dependencies: [
                "Tracify",
                "TracifyHTTP",
                "TracifySQLite",
                .product(
                    name: "Configuration",
                    package: "swift-configuration",
                    condition: .when(traits: ["Configuration"])
                ),
                .product(name: "Logging", package: "swift-log", condition: .when(traits: ["Configuration"])),
            ]
        ),

        .testTarget(
            name: "TracifyConfigurationTests",
            dependencies: [
                "TracifyConfiguration",
                .product(
                    name: "Configuration",
                    package: "swift-configuration",
                    condition: .when(traits: ["Configuration"])
                ),
                .product(name: "HTTPTypes", package: "swift-http-types"),
            ]
        ),

        // Adapters.
        .target(
            name: "TracifyNIO",
            dependencies: [
                "Tracify",
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
            ]
        ),
        .testTarget(
            name: "TracifyNIOTests",
            dependencies: [
                "TracifyNIO",
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOEmbedded", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOHTTP2", package: "swift-nio-http2"),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
                .product(name: "NIOHTTPTypesHTTP1", package: "swift-nio-extras"),
                .product(name: "NIOHTTPTypesHTTP2", package: "swift-nio-extras"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ]
        ),
        .target(
            name: "TracifyHummingbird",
            dependencies: [
                "Tracify",
                .target(name: "TracifyNIO", condition: .when(traits: ["Hummingbird"])),
                .product(name: "Hummingbird", package: "hummingbird", condition: .when(traits: ["Hummingbird"])),
                .product(name: "NIOCore", package: "swift-nio", condition: .when(traits: ["Hummingbird"])),
            ]
        ),

        .testTarget(
            name: "TracifyHummingbirdTests",
            dependencies: [
                "TracifyHummingbird",
                "TracifyHTTP",
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird", condition: .when(traits: ["Hummingbird"])),
                .product(name: "HummingbirdTesting", package: "hummingbird", condition: .when(traits: ["Hummingbird"])),
            ]
        ),

        .target(
            name: "TracifyFlyingFox",
            dependencies: [
                "Tracify",
                .product(name: "FlyingFox", package: "FlyingFox", condition: .when(traits: ["FlyingFox"])),
                .product(name: "HTTPTypes", package: "swift-http-types", condition: .when(traits: ["FlyingFox"])),
            ]
        ),
        .testTarget(
            name: "TracifyFlyingFoxTests",
            dependencies: [
                "TracifyFlyingFox",
                "TracifyHTTP",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "FlyingFox", package: "FlyingFox", condition: .when(traits: ["FlyingFox"])),
                .product(name: "FlyingSocks", package: "FlyingFox", condition: .when(traits: ["FlyingFox"])),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ]
        ),

        .target(
            name: "TracifyVapor",
            dependencies: [
                "Tracify",
                .target(name: "TracifyNIO", condition: .when(traits: ["Vapor"])),
                .product(name: "HTTPTypes", package: "swift-http-types", condition: .when(traits: ["Vapor"])),
                .product(name: "Logging", package: "swift-log", condition: .when(traits: ["Vapor"])),
                .product(name: "NIOCore", package: "swift-nio", condition: .when(traits: ["Vapor"])),
                .product(name: "NIOHTTP1", package: "swift-nio", condition: .when(traits: ["Vapor"])),
                .product(name: "NIOHTTPTypesHTTP1", package: "swift-nio-extras", condition: .when(traits: ["Vapor"])),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle", condition: .when(traits: ["Vapor"])),
                .product(name: "Vapor", package: "vapor", condition: .when(traits: ["Vapor"])),
            ]
        ),
        .testTarget(
            name: "TracifyVaporTests",
            dependencies: [
                "TracifyVapor",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "Vapor", package: "vapor", condition: .when(traits: ["Vapor"])),
            ]
        ),

        // Examples. The shops share their pages, their logic and what they start with; each has its framework's wiring.
        .target(
            name: "ShopKit",
            dependencies: [
                "Tracify",
                "TracifyConfiguration",
                "TracifyHTTP",
                "TracifyTesting",
                .product(
                    name: "Configuration",
                    package: "swift-configuration",
                    condition: .when(traits: ["Configuration"])
                ),
                .product(name: "Logging", package: "swift-log", condition: .when(traits: ["Configuration"])),
                .product(name: "NIOCore", package: "swift-nio", condition: .when(traits: ["Configuration"])),
                .product(
                    name: "ServiceLifecycle",
                    package: "swift-service-lifecycle",
                    condition: .when(traits: ["Configuration"])
                ),
                .product(
                    name: "UnixSignals",
                    package: "swift-service-lifecycle",
                    condition: .when(traits: ["Configuration"])
                ),
            ],
            path: "Examples/ShopKit"
        ),
        .testTarget(
            name: "ShopKitTests",
            dependencies: ["ShopKit", .product(name: "HTTPTypes", package: "swift-http-types")]
        ),
        .executableTarget(
            name: "HummingbirdShop",
            dependencies: [
                "ShopKit",
                "TracifyHummingbird",
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird", condition: .when(traits: ["Hummingbird"])),
                .product(name: "HummingbirdHTTP2", package: "hummingbird", condition: .when(traits: ["Hummingbird"])),
                .product(name: "NIOCore", package: "swift-nio", condition: .when(traits: ["Hummingbird"])),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            path: "Examples/HummingbirdShop"
        ),
        .executableTarget(
            name: "NIOShop",
            dependencies: [
                "ShopKit",
                "TracifyNIO",
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOExtras", package: "swift-nio-extras"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOHTTP2", package: "swift-nio-http2"),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
                .product(name: "NIOHTTPTypesHTTP1", package: "swift-nio-extras"),
                .product(name: "NIOHTTPTypesHTTP2", package: "swift-nio-extras"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            path: "Examples/NIOShop"
        ),
        .executableTarget(
            name: "FlyingFoxShop",
            dependencies: [
                "ShopKit",
                "TracifyFlyingFox",
                .product(name: "FlyingFox", package: "FlyingFox", condition: .when(traits: ["FlyingFox"])),
                .product(name: "FlyingSocks", package: "FlyingFox", condition: .when(traits: ["FlyingFox"])),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            path: "Examples/FlyingFoxShop"
        ),
        .executableTarget(
            name: "VaporShop",
            dependencies: [
                "ShopKit",
                "TracifyVapor",
                .product(name: "NIOCore", package: "swift-nio", condition: .when(traits: ["Vapor"])),
                .product(name: "NIOHTTP1", package: "swift-nio", condition: .when(traits: ["Vapor"])),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "Vapor", package: "vapor", condition: .when(traits: ["Vapor"])),
            ],
            path: "Examples/VaporShop"
        ),
        .testTarget(
            name: "ShopTests",
            dependencies: [
                "FlyingFoxShop",
                "HummingbirdShop",
                "NIOShop",
                "ShopKit",
                "TracifyTesting",
                "VaporShop",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(
                    name: "Configuration",
                    package: "swift-configuration",
                    condition: .when(traits: ["Configuration"])
                ),
                .product(name: "InMemoryLogging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOHTTP2", package: "swift-nio-http2"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ]
        ),
    ],
    swiftLanguageModes: [.v6]
)

// CI turns warnings into errors. Not for users: a newer compiler's new warning must not break their build.
let isStrict = Context.environment["TRACIFY_STRICT"] != nil

for target in package.targets where target.type != .system {
    target.swiftSettings =
        (target.swiftSettings ?? []) + [
            .enableUpcomingFeature("ExistentialAny"),
            .enableUpcomingFeature("InternalImportsByDefault"),
            .enableUpcomingFeature("MemberImportVisibility"),
        ]
    if isStrict {
        target.swiftSettings?.append(.unsafeFlags(["-warnings-as-errors"]))
    }
}
