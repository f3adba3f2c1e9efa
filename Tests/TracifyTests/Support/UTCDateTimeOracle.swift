import Foundation

/// The contract's `datetime` by Foundation's calendar.
///
/// Foundation's Gregorian calendar is the Julian one before October 1582, and the contract's is not. As the Gregorian calendar
/// repeats every 400 years, which are 146,097 days, an early date is read some times 400 years later.
enum UTCDateTimeOracle {
    private static let calendar: Calendar = {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        return calendar
    }()

    static func text(of date: Date) -> String {
        var shift = 0
        var late = date
        while late < Date(timeIntervalSince1970: -11_000_000_000) {
            late.addTimeInterval(146_097 * 86_400)
            shift += 400
        }
        let parts = self.calendar.dateComponents([.year, .month, .day, .hour, .minute, .second], from: late)
        func digits(_ number: Int?, _ count: Int) -> String {
            let text = number.map(String.init) ?? "?"
            return String(repeating: "0", count: count - text.count) + text
        }
        return "\(digits(parts.year.map { $0 - shift }, 4))-\(digits(parts.month, 2))-\(digits(parts.day, 2)) "
            + "\(digits(parts.hour, 2)):\(digits(parts.minute, 2)):\(digits(parts.second, 2))"
    }
}
