//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Configuration && SQLite
public import Configuration
public import TracifySQLite

extension SQLiteEventStore.Configuration {
    /// Creates the settings of an SQLite store from a configuration.
    ///
    /// - Parameter config: The configuration, with the keys of the article "Settings".
    /// - Throws: ``ConfigurationError`` when there is no path, or about the first setting that is not allowed.
    public init(config: ConfigReader) throws(ConfigurationError) {
        let reader = SettingReader(config)
        guard let path = reader.text(.storePath) else {
            throw .missing(Setting.storePath.name, allowed: "the path of an SQLite file")
        }
        self.init(path: path)
        self.maximumBytes = try reader.storeMaximumBytes() ?? self.maximumBytes
    }
}

extension SettingReader {
    /// Returns the limit of the store, which is checked even when no store is named.
    func storeMaximumBytes() throws(ConfigurationError) -> Int64? {
        let range = SQLiteEventStore.Configuration.allowedBytes
        return try self.integer(.storeMaximumBytes, in: Int(range.lowerBound)...Int(range.upperBound)).map(Int64.init)
    }
}
#endif
