/// Ids for orders and subscriptions: `ORD-7F3K2A-9QXW4T`.
enum RandomID {
    // Without the letters and digits that are easily mistaken for one another, or that make words.
    private static let alphabet = Array("23456789BCDFGHJKMNPQRTVWXYZ")

    /// Makes an id that nobody has had and nobody can guess: twelve places of 27 characters are 57 bits.
    static func make(prefix: String) -> String {
        "\(prefix)-\(self.characters(6))-\(self.characters(6))"
    }

    private static func characters(_ count: Int) -> String {
        var generator = SystemRandomNumberGenerator()
        return String((0..<count).compactMap { _ in self.alphabet.randomElement(using: &generator) })
    }
}
