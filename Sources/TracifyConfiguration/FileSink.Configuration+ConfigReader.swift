//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Configuration
public import Configuration
public import Tracify

extension FileSink.Configuration {
    /// Creates the settings of a file sink from a configuration.
    ///
    /// - Parameter config: The configuration, with the keys of the article "Settings".
    /// - Throws: ``ConfigurationError`` when there is no path.
    public init(config: ConfigReader) throws(ConfigurationError) {
        guard let path = SettingReader(config).text(.filePath) else {
            throw .missing(Setting.filePath.name, allowed: "the path of a file, because \(Setting.sink.name) is file")
        }
        self.init(path: path)
    }
}
#endif
