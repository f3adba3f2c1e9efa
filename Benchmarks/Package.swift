// swift-tools-version: 6.1
//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import PackageDescription

let package = Package(
    name: "benchmarks",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(name: "swift-tracify", path: "..", traits: ["Hummingbird", "SQLite"]),
        .package(url: "https://github.com/hummingbird-project/hummingbird.git", from: "2.11.0"),
        .package(url: "https://github.com/apple/swift-http-types.git", from: "1.3.0"),
        .package(url: "https://github.com/apple/swift-log.git", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-nio.git", from: "2.81.0"),
        .package(url: "https://github.com/apple/swift-nio-extras.git", from: "1.24.0"),
    ],
    targets: [
        .target(name: "CAllocationCount"),
        .target(
            name: "BenchmarkSupport",
            dependencies: [
                "CAllocationCount",
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Tracify", package: "swift-tracify"),
            ],
            swiftSettings: [.enableUpcomingFeature("InternalImportsByDefault")]
        ),
        .executableTarget(
            name: "HelloServer",
            dependencies: [
                "BenchmarkSupport",
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Tracify", package: "swift-tracify"),
                .product(name: "TracifyHTTP", package: "swift-tracify"),
                .product(name: "TracifyHummingbird", package: "swift-tracify"),
            ]
        ),
        .executableTarget(
            name: "HotPath",
            dependencies: ["BenchmarkSupport", .product(name: "Logging", package: "swift-log")]
        ),
        .executableTarget(
            name: "NIOHandlerCost",
            dependencies: [
                "BenchmarkSupport",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOEmbedded", package: "swift-nio"),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
                .product(name: "TracifyNIO", package: "swift-tracify"),
            ]
        ),
        .executableTarget(
            name: "Outage",
            dependencies: [
                "BenchmarkSupport",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "TracifySQLite", package: "swift-tracify"),
            ]
        ),
        .executableTarget(
            name: "Pipeline",
            dependencies: [
                "BenchmarkSupport",
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Tracify", package: "swift-tracify"),
                .product(name: "TracifyHTTP", package: "swift-tracify"),
                .product(name: "TracifySQLite", package: "swift-tracify"),
            ]
        ),
        .executableTarget(name: "Sink"),
        .executableTarget(
            name: "StoreCost",
            dependencies: [
                .product(name: "Tracify", package: "swift-tracify"),
                .product(name: "TracifySQLite", package: "swift-tracify"),
            ]
        ),
    ],
    swiftLanguageModes: [.v6]
)
