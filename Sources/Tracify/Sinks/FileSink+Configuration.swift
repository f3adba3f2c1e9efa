//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

extension FileSink {
    /// The settings of a file sink.
    ///
    /// Create the defaults for a path and change what differs.
    public struct Configuration: Sendable, Hashable {
        /// The file's path, in an existing directory.
        public var path: String
        /// The maximum size of the file, in bytes, at least 1; `nil` for no limit.
        ///
        /// The file is rotated before a batch exceeds the limit. A rotated file's name ends with the UTC time of the rotation,
        /// such as `events.ndjson.20240621T123637Z`. Default: `nil`.
        public var maximumBytes: Int64?
        /// The maximum age of the file's first event, at least 1 second; `nil` for no limit.
        ///
        /// The file is rotated before the first batch after that age. Default: `nil`.
        public var maximumAge: Duration?
        /// Whether each batch is written through to the disk with `fsync` before it counts as delivered, and the directory too when
        /// the file was opened, created or rotated.
        ///
        /// Default: `true`.
        public var synchronizesEachBatch = true
        /// The time to wait for a file that another sink or process has locked, 0 to 1 day; 0 does not wait.
        ///
        /// In a rolling deployment the new process starts while the old one still delivers. ``FileSink/init(configuration:now:)``
        /// blocks its thread for at most this time and then throws ``FileSinkError/Code/inUse``. Default: 10 seconds.
        public var lockTimeout: Duration = .seconds(10)

        /// Creates the default settings.
        ///
        /// - Parameter path: The file's path, in an existing directory.
        public init(path: String) {
            self.path = path
        }

        private static let allowedLockTimeout: ClosedRange<Duration> = .zero ... .seconds(86_400)

        func validate() throws(ValidationError) {
            if let bytes = self.maximumBytes, bytes < 1 {
                throw ValidationError(field: "file.maximumBytes", code: .outOfRange, allowed: "1 byte or more")
            }
            if let age = self.maximumAge, age < .seconds(1) {
                throw ValidationError(field: "file.maximumAge", code: .outOfRange, allowed: "1 second or more")
            }
            try ValidationError.check(self.lockTimeout, in: Self.allowedLockTimeout, field: "file.lockTimeout")
        }
    }
}
