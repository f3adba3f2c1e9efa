#if Configuration && TestKit
import Foundation
import NIOCore
import TracifyConfiguration

/// Why a server could not listen, as far as a setting is to blame.
public enum ListeningFault: Error {
    /// `HOST` is no address of this machine.
    case host
    /// `PORT` is taken, or not ours to take.
    case port

    /// Tells the error of a server on SwiftNIO, whatever framework it has.
    init?(_ error: any Error) {
        switch error {
        case let fault as ListeningFault: self = fault
        case is SocketAddressError.UnknownHost: self = .host
        case let error as IOError: self.init(errno: error.errnoCode)
        default: return nil
        }
    }

    /// Tells an error of `bind` and `listen`.
    ///
    /// - Parameter errno: The system's number.
    public init?(errno: CInt) {
        switch errno {
        case EADDRNOTAVAIL: self = .host
        case EADDRINUSE, EACCES: self = .port
        default: return nil
        }
    }

    func settingError(_ settings: TracifySettings) -> SettingError {
        switch self {
        case .host: SettingError(name: "HOST", value: settings.host, allowed: "an address or name of this machine")
        case .port: SettingError(name: "PORT", value: "\(settings.port)", allowed: "a port that nothing else listens at")
        }
    }
}
#endif
