#if Vapor && Configuration && TestKit
import Configuration
import Foundation
import Logging
import NIOCore
import TracifyConfiguration

/// Runs the shop until it is told to stop.
@main
enum Main {
    static func main() async throws {
        do {
            let settings = try TracifySettings(config: ConfigReader(provider: EnvironmentVariablesProvider()))
            LoggingSystem.bootstrap { label in
                var handler = StreamLogHandler.standardError(label: label)
                handler.logLevel = settings.logLevel
                return handler
            }
            let shop = try await ShopApplication.make(settings, logger: Logger(label: "shop"))
            do {
                try await shop.run { port, collectorURL in announce(host: settings.host, port: port, collectorURL) }
            } catch is SocketAddressError.UnknownHost {
                throw SettingError(name: "HOST", value: settings.host, allowed: "an address or name of this machine")
            } catch let error as IOError where error.errnoCode == EADDRNOTAVAIL {
                throw SettingError(name: "HOST", value: settings.host, allowed: "an address or name of this machine")
            } catch let error as IOError where error.errnoCode == EADDRINUSE {
                throw SettingError(name: "PORT", value: "\(settings.port)", allowed: "a port that nothing else listens at")
            }
        } catch {
            // One line that says why: a trace would hide it.
            write("vapor-shop: \(error)", to: .standardError)
            exit(1)
        }
    }

    private static func announce(host: String, port: Int, _ collectorURL: String?) {
        let host = host.contains(":") ? "[\(host)]" : host
        write("The shop is open: http://\(host):\(port)/", to: .standardOutput)
        if let collectorURL {
            write("What it reports:  \(collectorURL)/ (as JSON: \(collectorURL)/events)", to: .standardOutput)
        }
    }

    /// Unlike `print` this does not wait for a buffer to fill when the output is a pipe.
    private static func write(_ line: String, to file: FileHandle) {
        try? file.write(contentsOf: Data("\(line)\n".utf8))
    }
}
#else
/// Says what is missing.
@main
enum Main {
    static func main() {
        print("vapor-shop needs the package traits Vapor, Configuration and TestKit.")
    }
}
#endif
