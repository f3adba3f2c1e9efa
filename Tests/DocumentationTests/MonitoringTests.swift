//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Foundation
import Testing
import Tracify

/// The articles "Monitoring", "Runbook" and "Why an event is missing", the dashboard and the alert rules name what the code has.
struct MonitoringTests {
    private static let articles = "Sources/Tracify/Documentation.docc"

    /// Returns the text of a file of the repository.
    private static func text(_ path: String) throws -> String {
        let here = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        let root = here.deletingLastPathComponent().deletingLastPathComponent()
        return try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
    }

    private static func lines(_ path: String) throws -> [Substring] {
        try self.text(path).split(separator: "\n")
    }

    /// The names of the metrics that the tracker publishes.
    private static func metrics() throws -> Set<String> {
        let source = try self.text("Sources/Tracify/Delivery/TrackerMetrics.swift")
        return Set(source.matches(of: /"(tracify\.[a-z_.]+)"/).map { String($0.1) })
    }

    /// Returns the name that swift-prometheus 2 makes of a metric's name.
    private static func prometheusName(_ name: String) -> String {
        String(name.map { $0 == "." ? "_" : $0 })
    }

    /// Returns the Prometheus names in a text, without the suffixes of a histogram's series and that of OpenTelemetry's counters.
    private static func prometheusNames(in text: String) -> Set<String> {
        let suffixes = ["_bucket", "_sum", "_count", "_total"]
        let names = text.matches(of: /(tracify_[a-z_]+)/)
            .map { match -> String in
                let name = String(match.1)
                let suffix = suffixes.first { name.hasSuffix($0) } ?? ""
                return String(name.dropLast(suffix.count))
            }
        return Set(names)
    }

    @Test func articleNamesEveryMetric() throws {
        let article = try Self.text("\(Self.articles)/Monitoring.md")
        let metrics = try Self.metrics()
        #expect(metrics.count > 10)
        // The rows of metrics name them in both forms; other names are those of a span's attributes.
        let documented = Set(article.matches(of: /`(tracify\.[a-z_.]+)` \| `tracify_/).map { String($0.1) })
        #expect(documented == metrics)
        #expect(Self.prometheusNames(in: article) == Set(metrics.map(Self.prometheusName)))
    }

    @Test(arguments: [
        "Monitoring/grafana-dashboard.json", "Monitoring/alerts.yml", "Sources/Tracify/Documentation.docc/Runbook.md",
    ])
    func namesOnlyMetricsThatExist(_ path: String) throws {
        let names = Self.prometheusNames(in: try Self.text(path))
        #expect(!names.isEmpty)
        let unknown = names.subtracting(try Self.metrics().map(Self.prometheusName))
        #expect(unknown.isEmpty)
    }

    @Test func dashboardIsJSON() throws {
        let dashboard = try Self.text("Monitoring/grafana-dashboard.json")
        let object = try JSONSerialization.jsonObject(with: Data(dashboard.utf8))
        #expect(object is [String: Any])
    }

    @Test func articleShowsTheRulesOfTheFile() throws {
        let rules = try Self.lines("Monitoring/alerts.yml").map { $0.trimmingCharacters(in: .whitespaces) }
        var shown: [String] = []
        var isRule = false
        for line in try Self.lines("\(Self.articles)/Monitoring.md") {
            if line.hasPrefix("```") {
                isRule = line == "```yaml"
            } else if isRule {
                shown.append(line.trimmingCharacters(in: .whitespaces))
            }
        }
        // Without the comment, and the lines that begin a group.
        let file = rules.drop { $0 != "groups:" }.dropFirst().filter { !$0.hasPrefix("- name:") && $0 != "rules:" }
        #expect(!shown.isEmpty)
        #expect(shown == file)
    }

    @Test func eachAlertHasASectionOfTheRunbook() throws {
        let headings = try Self.lines("\(Self.articles)/Runbook.md").filter { $0.hasPrefix("#") }
            .map { $0.drop { $0 == "#" || $0 == " " }.lowercased().split(separator: " ").joined(separator: "-") }
        let alerts = try Self.text("Monitoring/alerts.yml")
        let links = alerts.matches(of: /Runbook\.md#([a-z-]+)/).map { String($0.1) }
        #expect(links.count == alerts.matches(of: /alert: Tracify/).count)
        for link in links { #expect(headings.contains(link), "\(link)") }
    }

    @Test func runbookNamesEveryProblem() throws {
        let runbook = try Self.text("\(Self.articles)/Runbook.md")
        let source = try Self.text("Sources/Tracify/Delivery/DeliveryHealth.swift")
        let codes = source.matches(of: /Code\(description: "([a-z_]+)"\)/).map { String($0.1) }
        #expect(codes.count > 5)
        for code in codes { #expect(runbook.contains("`\(code)`"), "\(code)") }
    }

    @Test func explainsEverySkipAndEveryDrop() throws {
        let rows = try Self.lines("\(Self.articles)/WhyAnEventIsMissing.md")
            .compactMap { line in line.prefixMatch(of: /\| `([a-z_]+)` \|/).map { String($0.1) } }
        let reasons = SkipReason.allCases.map(\.description) + DropReason.allCases.map(\.description)
        #expect(rows.sorted() == reasons.sorted())
    }
}
