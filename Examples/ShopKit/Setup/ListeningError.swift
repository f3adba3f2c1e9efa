//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Configuration && TestKit
import Foundation
import NIOCore

/// A failure to listen that a setting causes.
public enum ListeningError: Error {
    /// `HOST` is not an address of this machine.
    case host
    /// `PORT` is in use, or requires more privileges.
    case port

    /// Classifies the error of a server on SwiftNIO, with any framework.
    init?(_ error: any Error) {
        switch error {
        case let error as ListeningError: self = error
        case is SocketAddressError.UnknownHost: self = .host
        case let error as IOError: self.init(errno: error.errnoCode)
        default: return nil
        }
    }

    /// Classifies an error of `bind` or `listen`.
    ///
    /// - Parameter errno: The system's error number.
    public init?(errno: CInt) {
        switch errno {
        case EADDRNOTAVAIL: self = .host
        case EADDRINUSE, EACCES: self = .port
        default: return nil
        }
    }

    func settingError(_ settings: ShopSettings) -> ShopSettingError {
        switch self {
        case .host: ShopSettingError(name: "HOST", value: settings.host, allowed: "an address or name of this machine")
        case .port: ShopSettingError(name: "PORT", value: "\(settings.port)", allowed: "a free port")
        }
    }
}
#endif
