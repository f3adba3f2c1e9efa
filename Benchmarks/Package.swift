// swift-tools-version: 6.1

import PackageDescription

let package = Package(
    name: "benchmarks",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(name: "swift-tracify", path: "..", traits: []),
        .package(url: "https://github.com/apple/swift-http-types.git", from: "1.3.0"),
    ],
    targets: [
        .target(name: "CAllocationCount"),
        .executableTarget(
            name: "HotPath",
            dependencies: [
                "CAllocationCount",
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Tracify", package: "swift-tracify"),
            ]
        ),
    ],
    swiftLanguageModes: [.v6]
)
