// swift-tools-version: 6.1
// Copyright (c) 2026 the swift-tracify project authors. SPDX-License-Identifier: Apache-2.0

import PackageDescription

let libraries = [
    "Tracify", "TracifyHTTP", "TracifyNIO", "TracifyHummingbird", "TracifyFlyingFox", "TracifyVapor", "TracifySQLite",
    "TracifyNATS", "TracifyConfiguration", "TracifyTesting",
]

let defaultTraits: Set<String> = ["Hummingbird", "FlyingFox", "SQLite", "Configuration", "Tracing", "TestKit", "Tool"]
let traitsOfCI: Set<String> = Context.environment["SWIFT_TRACIFY_NATS"] == nil ? [] : ["NATS"]  // CI has libnats.

let package = Package(
    name: "swift-tracify",
    platforms: [.macOS(.v15), .iOS(.v18), .tvOS(.v18), .watchOS(.v11), .visionOS(.v2)],
    products: libraries.map { .library(name: $0, targets: [$0]) } + [.executable(name: "tracifyctl", targets: ["tracifyctl"])],
    traits: [
        .trait(name: "Hummingbird", description: "TracifyHummingbird, the middleware for Hummingbird 2."),
        .trait(name: "FlyingFox", description: "TracifyFlyingFox, the handler for FlyingFox."),
        .trait(name: "Vapor", description: "TracifyVapor, the middleware for Vapor 4."),
        .trait(name: "SQLite", description: "TracifySQLite, a durable event store on GRDB."),
        .trait(name: "NATS", description: "TracifyNATS, delivery through NATS JetStream, on the system's libnats."),
        .trait(name: "Configuration", description: "TracifyConfiguration, settings read with swift-configuration."),
        .trait(name: "Tracing", description: "A span for each delivery, and the trace IDs of orders."),
        .trait(name: "TestKit", description: "TracifyTesting, a fake Tracify endpoint for tests and demos."),
        .trait(name: "Tool", description: "tracifyctl.", enabledTraits: ["Configuration", "SQLite", "TestKit"]),
        .default(enabledTraits: defaultTraits.union(traitsOfCI)),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-http-types.git", from: "1.3.0"),
        .package(url: "https://github.com/apple/swift-log.git", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-metrics.git", from: "2.5.0"),
        .package(url: "https://github.com/apple/swift-distributed-tracing.git", from: "1.3.0"),
        .package(url: "https://github.com/apple/swift-collections.git", from: "1.1.0"),
        .package(url: "https://github.com/apple/swift-nio.git", from: "2.81.0"),
        .package(url: "https://github.com/apple/swift-nio-extras.git", from: "1.24.0"),
        .package(url: "https://github.com/apple/swift-nio-http2.git", from: "1.36.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl.git", from: "2.29.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle.git", from: "2.6.0"),
        .package(url: "https://github.com/swift-server/async-http-client.git", from: "1.29.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird.git", from: "2.11.0"),
        .package(url: "https://github.com/swhitty/FlyingFox.git", from: "0.26.0"),
        .package(url: "https://github.com/vapor/vapor.git", from: "4.115.0"),
        .package(url: "https://github.com/apple/swift-configuration.git", from: "1.0.0"),
        .package(url: "https://github.com/groue/GRDB.swift.git", from: "7.0.0"),
        .package(url: "https://github.com/apple/swift-argument-parser.git", from: "1.5.0"),
    ],
    targets: [
        // The core.
        .systemLibrary(name: "CLibcrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"]), .yum(["openssl-devel"])]),
        .target(
            name: "Tracify",
            dependencies: [.target(name: "CLibcrypto", condition: .when(platforms: [.linux, .android]))]
                + products("Tracing", trait: "Tracing")
                + products("DequeModule", "HTTPTypes", "Logging", "Metrics", "ServiceLifecycle")
        ),
        tests(
            "Tracify",
            products("MetricsTestKit", "ServiceLifecycleTestKit") + products("InMemoryTracing", "Tracing", trait: "Tracing"),
            resources: [.copy("Vectors")]
        ),
        .testTarget(
            name: "SimulationTests",
            dependencies: ["SimulatedDisk", "Tracify", "TracifySQLite"] + products("GRDB", "Logging", trait: "SQLite"),
            exclude: ["PlantedBugs"]
        ),

        // Sinks, stores and settings.
        .target(
            name: "TracifyHTTP",
            dependencies: ["Tracify"] + products("AsyncHTTPClient", "NIOCore", "NIOHTTP1", "NIOPosix", "NIOSSL")
        ),
        tests("TracifyHTTP", ["TracifyTesting"] + products("HTTPTypes", "Logging", "NIOCore", "NIOSSL", "ServiceLifecycle")),
        .target(name: "TracifySQLite", dependencies: ["Tracify"] + products("GRDB", "GRDBSQLite", "Logging", trait: "SQLite")),
        .target(name: "ChildProcess", path: "Tests/ChildProcess"),
        .target(name: "CSimulatedDisk", path: "Tests/CSimulatedDisk", cSettings: [.define("SQLite", .when(traits: ["SQLite"]))]),
        .target(name: "SimulatedDisk", dependencies: ["CSimulatedDisk", "TracifySQLite"], path: "Tests/SimulatedDisk"),
        tests(
            "TracifySQLite",
            ["SimulatedDisk", "TracifyTesting"]
                + products("GRDB", "HTTPTypes", "Logging", "MetricsTestKit", "ServiceLifecycle", trait: "SQLite")
        ),
        .systemLibrary(name: "CNATS", pkgConfig: "libnats", providers: [.apt(["libnats-dev"])]),
        .target(
            name: "TracifyNATS",
            dependencies: ["Tracify", .target(name: "CNATS", condition: .when(traits: ["NATS"]))]
                + products("DequeModule", "Logging", "Metrics", "ServiceLifecycle", trait: "NATS")
        ),
        tests("TracifyNATS", ["ChildProcess", "TracifyTesting"] + products("Logging", "MetricsTestKit", "ServiceLifecycle")),
        .target(
            name: "TracifyConfiguration",
            dependencies: ["Tracify", "TracifyHTTP", "TracifyNATS", "TracifySQLite"]
                + products("Configuration", "HTTPTypes", "Logging", trait: "Configuration")
        ),
        tests("TracifyConfiguration", products("Configuration", "HTTPTypes", trait: "Configuration")),

        // Adapters.
        .target(name: "TracifyNIO", dependencies: ["Tracify"] + products("HTTPTypes", "NIOCore", "NIOHTTPTypes")),
        tests(
            "TracifyNIO",
            products("HTTPTypes", "NIOCore", "NIOEmbedded", "NIOHTTP1", "NIOHTTP2", "NIOHTTPTypes", "NIOPosix")
                + products("NIOHTTPTypesHTTP1", "NIOHTTPTypesHTTP2")
        ),
        .target(
            name: "TracifyHummingbird",
            dependencies: ["Tracify", .target(name: "TracifyNIO", condition: .when(traits: ["Hummingbird"]))]
                + products("Hummingbird", "NIOCore", trait: "Hummingbird")
        ),
        tests(
            "TracifyHummingbird",
            ["TracifyHTTP", "TracifyTesting"] + products("HTTPTypes", "Hummingbird", "HummingbirdTesting", trait: "Hummingbird")
        ),
        .target(name: "TracifyFlyingFox", dependencies: ["Tracify"] + products("FlyingFox", "HTTPTypes", trait: "FlyingFox")),
        tests(
            "TracifyFlyingFox",
            ["TracifyHTTP"] + products("FlyingFox", "FlyingSocks", trait: "FlyingFox")
                + products("AsyncHTTPClient", "HTTPTypes", "NIOCore", "NIOHTTP1", "ServiceLifecycle")
        ),
        .target(
            name: "TracifyVapor",
            dependencies: ["Tracify", .target(name: "TracifyNIO", condition: .when(traits: ["Vapor"]))]
                + products("HTTPTypes", "Logging", "NIOCore", "NIOHTTP1", "NIOHTTPTypesHTTP1", trait: "Vapor")
                + products("ServiceLifecycle", "Vapor", trait: "Vapor")
        ),
        tests(
            "TracifyVapor",
            products("AsyncHTTPClient", "HTTPTypes", "NIOCore", "NIOHTTP1", "NIOPosix", trait: "Vapor")
                + products("ServiceLifecycle", "Vapor", trait: "Vapor")
        ),
        .target(  // A fake Tracify endpoint.
            name: "TracifyTesting",
            dependencies: ["Tracify"]
                + products("DequeModule", "HTTPTypes", "Logging", "Metrics", "NIOCore", "NIOHTTP1", "NIOPosix", trait: "TestKit")
                + products("ServiceLifecycle", trait: "TestKit")
        ),
        tests("TracifyTesting", ["ChildProcess", "Tracify", "TracifyHTTP", "TracifySQLite"] + products("HTTPTypes")),
        .executableTarget(  // The command line.
            name: "tracifyctl",
            dependencies: ["Tracify", "TracifyConfiguration", "TracifyHTTP", "TracifyNATS", "TracifySQLite", "TracifyTesting"]
                + products("ArgumentParser", "Configuration", "HTTPTypes", "Logging", "NIOCore", trait: "Tool")
                + products("ServiceLifecycle", "UnixSignals", trait: "Tool")
        ),
        .testTarget(
            name: "TracifyctlTests",
            dependencies: ["ChildProcess", "Tracify", "TracifyConfiguration", "TracifyHTTP", "TracifySQLite", "TracifyTesting"]
                + ["tracifyctl"] + products("ArgumentParser", "HTTPTypes", trait: "Tool")
        ),

        // Examples. The shops share their pages and logic; each adds its framework's wiring.
        .target(
            name: "ShopKit",
            dependencies: ["Tracify", "TracifyConfiguration", "TracifySQLite", "TracifyTesting"]
                + products("GRDB", trait: "SQLite")
                + products("Configuration", "Logging", "NIOCore", "ServiceLifecycle", "UnixSignals", trait: "Configuration"),
            path: "Examples/ShopKit"
        ),
        .testTarget(name: "ShopKitTests", dependencies: ["ShopKit"] + products("HTTPTypes")),
        shop(
            "Hummingbird",
            products("HTTPTypes", "Hummingbird", "HummingbirdHTTP2", "NIOCore", "ServiceLifecycle", trait: "Hummingbird")
        ),
        shop(
            "NIO",
            products("HTTPTypes", "NIOCore", "NIOExtras", "NIOHTTP1", "NIOHTTP2", "NIOHTTPTypes", "NIOHTTPTypesHTTP1")
                + products("NIOHTTPTypesHTTP2", "NIOPosix", "ServiceLifecycle")
        ),
        shop("FlyingFox", products("FlyingFox", "FlyingSocks", "ServiceLifecycle", trait: "FlyingFox")),
        shop("Vapor", products("NIOCore", "NIOHTTP1", "ServiceLifecycle", "Vapor", trait: "Vapor")),
        .testTarget(
            name: "ShopTests",
            dependencies: ["ChildProcess", "ShopKit", "TracifyTesting", "flyingfox-shop", "hummingbird-shop", "nio-shop"]
                + ["vapor-shop"] + products("AsyncHTTPClient", "InMemoryLogging", "NIOCore", "NIOHTTP1", "NIOHTTP2", "NIOPosix")
                + products("ServiceLifecycle") + products("Configuration", trait: "Configuration")
                + products("InMemoryTracing", "Tracing", trait: "Tracing") + products("GRDB", trait: "SQLite")
        ),
        .testTarget(  // The samples of the documentation.
            name: "DocumentationTests",
            dependencies: libraries.map { .target(name: $0) } + products("HTTPTypes", "Logging", "NIOExtras", "NIOPosix")
                + products("ServiceLifecycle", trait: "NATS")
                + ["Configuration", "FlyingFox", "Hummingbird", "Vapor"].flatMap { products($0, trait: $0) }
                + products("HummingbirdTesting", trait: "Hummingbird") + products("GRDB", trait: "SQLite")
        ),
    ],
    swiftLanguageModes: [.v6]
)

func tests(_ target: String, _ dependencies: [Target.Dependency], resources: [Resource] = []) -> Target {
    .testTarget(name: "\(target)Tests", dependencies: [.target(name: target)] + dependencies, resources: resources)
}

func shop(_ stack: String, _ dependencies: [Target.Dependency]) -> Target {
    .executableTarget(
        name: "\(stack.lowercased())-shop",
        dependencies: ["ShopKit", .target(name: "Tracify\(stack)")] + dependencies,
        path: "Examples/\(stack)Shop"
    )
}

func products(_ names: String..., trait: String? = nil) -> [Target.Dependency] {
    let condition = trait.flatMap { TargetDependencyCondition.when(traits: [$0]) }
    return names.map { .product(name: $0, package: owner(of: $0), condition: condition) }
}

func owner(of product: String) -> String {
    switch product {
    case "ArgumentParser": "swift-argument-parser"
    case "AsyncHTTPClient": "async-http-client"
    case "Configuration": "swift-configuration"
    case "DequeModule": "swift-collections"
    case "FlyingFox", "FlyingSocks": "FlyingFox"
    case "GRDB", "GRDBSQLite": "GRDB.swift"
    case "HTTPTypes": "swift-http-types"
    case "Hummingbird", "HummingbirdHTTP2", "HummingbirdTesting": "hummingbird"
    case "InMemoryLogging", "Logging": "swift-log"
    case "InMemoryTracing", "Tracing": "swift-distributed-tracing"
    case "Metrics", "MetricsTestKit": "swift-metrics"
    case "NIOHTTP2": "swift-nio-http2"
    case "NIOExtras", "NIOHTTPTypes", "NIOHTTPTypesHTTP1", "NIOHTTPTypesHTTP2": "swift-nio-extras"
    case "NIOSSL": "swift-nio-ssl"
    case "ServiceLifecycle", "ServiceLifecycleTestKit", "UnixSignals": "swift-service-lifecycle"
    case "Vapor": "vapor"
    default: "swift-nio"
    }
}

for target in package.targets where target.type != .system {
    target.swiftSettings = ["ExistentialAny", "InternalImportsByDefault", "MemberImportVisibility"]
        .map { .enableUpcomingFeature($0) }
    // CI turns warnings into errors. Not for users: a newer compiler's new warning must not break their build.
    guard Context.environment["SWIFT_TRACIFY_STRICT"] != nil else { continue }
    target.swiftSettings?.append(.unsafeFlags(["-warnings-as-errors", "-require-explicit-sendable"]))
}
