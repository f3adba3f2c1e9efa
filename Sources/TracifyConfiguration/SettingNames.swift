//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Configuration
/// The check for misspelled environment variables: a typo must not leave a setting at its default in silence.
enum SettingNames {
    private static let prefix = "TRACIFY_"
    /// The setting of the example shops.
    private static let collectorPort = "TRACIFY_COLLECTOR_PORT"

    /// Checks that each variable whose name begins with `TRACIFY_` is a setting.
    ///
    /// - Throws: ``ConfigurationError`` about the first one that is not, in alphabetical order, with the nearest setting.
    static func check(_ environment: [String: String]) throws(ConfigurationError) {
        guard let name = self.unknown(in: environment).first else { return }
        throw .unknown(name, nearest: self.nearest(to: name))
    }

    /// Returns the names that begin with `TRACIFY_` and are not settings, in alphabetical order.
    static func unknown(in environment: [String: String]) -> [String] {
        let known = Setting.all.map(\.name) + [self.collectorPort]
        return environment.keys.sorted().filter { $0.hasPrefix(self.prefix) && !known.contains($0) && !self.isInjected($0) }
    }

    /// Returns the setting whose name ends as the misspelled one does, such as `TRACIFY_CUSTOMER_SITE_ID` for `TRACIFY_SITE_ID`,
    /// or else the one with the fewest different letters.
    static func nearest(to name: String) -> String {
        let known = Setting.all.map(\.name) + [self.collectorPort]
        let ending = name.dropFirst(self.prefix.count - 1)
        if ending.utf8.count > 3, let longer = known.first(where: { $0.hasSuffix(ending) }) { return longer }
        return known.min { (self.distance(name, $0), $0) < (self.distance(name, $1), $1) } ?? Setting.customerSiteID.name
    }

    /// Whether a container platform injects the variable for a service that is called `tracify`: Kubernetes and Docker links set
    /// `TRACIFY_PORT`, `TRACIFY_PORT_80_TCP_ADDR`, `TRACIFY_SERVICE_HOST` and their kind.
    private static func isInjected(_ name: String) -> Bool {
        name == "TRACIFY_PORT" || name.hasPrefix("TRACIFY_PORT_") || name.hasPrefix("TRACIFY_SERVICE_")
    }

    /// The Levenshtein distance.
    ///
    /// Names are cut: a longer one is far from every setting.
    private static func distance(_ first: String, _ second: String) -> Int {
        let (first, second) = (Array(first.utf8.prefix(64)), Array(second.utf8.prefix(64)))
        var previous = Array(0...second.count)
        for (row, byte) in first.enumerated() {
            var current = [row + 1]
            for (column, other) in second.enumerated() {
                let substitution = previous[column] + (byte == other ? 0 : 1)
                current.append(min(substitution, previous[column + 1] + 1, current[column] + 1))
            }
            previous = current
        }
        return previous[second.count]
    }
}
#endif
