// swift-tools-version: 6.1

import PackageDescription

let package = Package(
    name: "benchmarks",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(name: "swift-tracify", path: "..", traits: ["SQLite"]),
        .package(url: "https://github.com/apple/swift-http-types.git", from: "1.3.0"),
        .package(url: "https://github.com/apple/swift-log.git", from: "1.6.0"),
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
        .executableTarget(name: "HotPath", dependencies: ["BenchmarkSupport"]),
        .executableTarget(
            name: "Outage",
            dependencies: [
                "BenchmarkSupport",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "TracifySQLite", package: "swift-tracify"),
            ]
        ),
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
