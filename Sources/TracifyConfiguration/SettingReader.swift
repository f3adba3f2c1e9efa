#if Configuration
import Configuration
import Tracify

/// Reads settings as text, whatever type they have where they come from: an environment variable is always text, a file may hold
/// a number. An empty one counts as not set, as that is how deployments leave variables out.
struct SettingReader {
    private let config: ConfigReader
    private let token: String?

    init(_ config: ConfigReader) {
        self.config = config
        let token = config.string(forKey: ["tracify", "token"], isSecret: true) ?? ""
        // As the token is taken: without the white space around it.
        let words = token.split(whereSeparator: \.isWhitespace)
        self.token = words.isEmpty ? nil : words.joined(separator: " ")
    }

    /// The text of a setting; `nil` when it is not set.
    func text(_ setting: Setting) -> String? {
        let text = self.anyText(setting.key, isSecret: setting.isSecret)
        return text.flatMap { $0.isEmpty ? nil : $0 }
    }

    private func anyText(_ key: ConfigKey, isSecret: Bool) -> String? {
        if let text = self.config.string(forKey: key, isSecret: isSecret) { return text }
        if let number = self.config.int(forKey: key, isSecret: isSecret) { return String(number) }
        if let number = self.config.double(forKey: key, isSecret: isSecret) { return String(number) }
        if let flag = self.config.bool(forKey: key, isSecret: isSecret) { return String(flag) }
        return self.config.stringArray(forKey: key, isSecret: isSecret)?.joined(separator: ",")
    }

    /// The parts of a list, separated by commas, without the white space around them.
    func list(_ setting: Setting) -> [String] {
        (self.text(setting) ?? "").split(separator: ",")
            .compactMap { part in
                let trimmed = part.drop(while: \.isWhitespace)
                guard let last = trimmed.lastIndex(where: { !$0.isWhitespace }) else { return nil }
                return String(trimmed[...last])
            }
    }

    /// The value that `parse` makes of a setting; `nil` when it is not set.
    ///
    /// - Throws: ``SettingError`` when `parse` returns `nil`.
    func value<Value>(_ setting: Setting, allowed: String, _ parse: (String) -> Value?) throws(SettingError) -> Value? {
        guard let text = self.text(setting) else { return nil }
        guard let value = parse(text) else { throw self.wrong(setting, text, allowed: allowed) }
        return value
    }

    /// The same for a parser that says itself what is allowed.
    func value<Value>(_ setting: Setting, _ parse: (String) throws(InvalidValue) -> Value) throws(SettingError) -> Value? {
        guard let text = self.text(setting) else { return nil }
        do {
            return try parse(text)
        } catch {
            throw self.wrong(setting, text, allowed: error.allowed)
        }
    }

    /// The token never shows, not even where it was put by mistake.
    func wrong(_ setting: Setting, _ text: String, allowed: String) -> SettingError {
        let isTellable = !setting.isSecret && !(self.token.map(text.contains) ?? false)
        return .wrong(setting.name, value: isTellable ? text : nil, allowed: allowed)
    }
}

/// A setting's key, of which the environment variable's name is made: `tracify.batchSize` and `TRACIFY_BATCH_SIZE`.
struct Setting {
    let key: ConfigKey
    let name: String
    let isSecret: Bool

    private init(_ key: ConfigKey, _ name: String, isSecret: Bool = false) {
        self.key = key
        self.name = name
        self.isSecret = isSecret
    }

    static let customerSiteID = Setting(["tracify", "customerSiteId"], "TRACIFY_CUSTOMER_SITE_ID")
    static let token = Setting(["tracify", "token"], "TRACIFY_TOKEN", isSecret: true)
    static let environment = Setting(["tracify", "environment"], "TRACIFY_ENVIRONMENT")
    static let endpoint = Setting(["tracify", "endpoint"], "TRACIFY_ENDPOINT")
    static let sink = Setting(["tracify", "sink"], "TRACIFY_SINK")
    static let filePath = Setting(["tracify", "filePath"], "TRACIFY_FILE_PATH")
    static let storePath = Setting(["tracify", "storePath"], "TRACIFY_STORE_PATH")
    static let trustedProxies = Setting(["tracify", "trustedProxies"], "TRACIFY_TRUSTED_PROXIES")
    static let consent = Setting(["tracify", "consent"], "TRACIFY_CONSENT")
    static let batchSize = Setting(["tracify", "batchSize"], "TRACIFY_BATCH_SIZE")
    static let flushInterval = Setting(["tracify", "flushInterval"], "TRACIFY_FLUSH_INTERVAL")
    static let queueCapacity = Setting(["tracify", "queueCapacity"], "TRACIFY_QUEUE_CAPACITY")
    static let urlParameters = Setting(["tracify", "urlParameters"], "TRACIFY_URL_PARAMETERS")
    static let host = Setting(["host"], "HOST")
    static let port = Setting(["port"], "PORT")
    static let logLevel = Setting(["logLevel"], "LOG_LEVEL")
}
#endif
