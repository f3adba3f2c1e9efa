//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The format of the contract's `datetime` field: UTC, `%Y-%m-%d %H:%M:%S`.
///
/// Conversion uses arithmetic on the proleptic Gregorian calendar, because a formatter costs more than the rest of an event.
package enum UTCDateTime {
    /// The supported range: 0001-01-01 00:00:00 to 9999-12-31 23:59:59, in seconds since 1970.
    private static let range: ClosedRange<Int64> = -62_135_596_800...253_402_300_799

    /// Returns the whole seconds since 1970, rounded down; `nil` outside the years 1 to 9999.
    static func seconds(of date: Date) -> Int64? {
        let interval = date.timeIntervalSince1970.rounded(.down)
        guard let seconds = Int64(exactly: interval), self.range.contains(seconds) else { return nil }
        return seconds
    }

    /// Calls a closure with a time as the 19 characters of `YYYY-MM-DD hh:mm:ss`.
    static func withText<Result>(of seconds: Int64, _ body: (Bytes) -> Result) -> Result {
        let days = seconds.dividedRoundingDown(by: 86_400)
        let time = Int(seconds - days * 86_400)
        let (year, month, day) = self.civil(days: Int(days))
        return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 19) { text in
            func write(_ number: Int, at place: Int, before separator: UInt8? = nil) {
                text[place] = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: number / 10)
                text[place + 1] = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: number % 10)
                if let separator { text[place + 2] = separator }
            }
            write(year / 100, at: 0)
            write(year % 100, at: 2, before: UInt8(ascii: "-"))
            write(month, at: 5, before: UInt8(ascii: "-"))
            write(day, at: 8, before: UInt8(ascii: " "))
            write(time / 3600, at: 11, before: UInt8(ascii: ":"))
            write(time / 60 % 60, at: 14, before: UInt8(ascii: ":"))
            write(time % 60, at: 17)
            return body(Bytes(UnsafeBufferPointer(text)))
        }
    }

    /// Parses the 19 characters of `YYYY-MM-DD hh:mm:ss`.
    ///
    /// - Parameter text: The time.
    /// - Returns: The seconds since 1970, or `nil` if the text has another form or the date or time does not exist.
    package static func parse(_ text: String) -> Int64? {
        let bytes = [UInt8](text.utf8)
        guard bytes.count == 19 else { return nil }
        var numbers: [Int] = []
        for (range, separator) in [(0..<4, "-"), (5..<7, "-"), (8..<10, " "), (11..<13, ":"), (14..<16, ":"), (17..<19, "")] {
            var number = 0
            for byte in bytes[range] {
                guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
                number = number * 10 + Int(byte - UInt8(ascii: "0"))
            }
            numbers.append(number)
            guard separator.utf8.first == nil || bytes[range.upperBound] == separator.utf8.first else { return nil }
        }
        let (year, month, day) = (numbers[0], numbers[1], numbers[2])
        guard year >= 1, (1...12).contains(month), numbers[3] < 24, numbers[4] < 60, numbers[5] < 60 else { return nil }
        let days = self.days(year: year, month: month, day: day)
        // The round trip changes a date that does not exist, such as February 30.
        guard self.civil(days: days) == (year, month, day) else { return nil }
        return Int64(days * 86_400 + numbers[3] * 3600 + numbers[4] * 60 + numbers[5])
    }

    // Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms": years begin in March, so the leap day is the last day.
    private static func civil(days: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = days + 719_468
        let era = shifted.dividedRoundingDown(by: 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
    }

    private static func days(year: Int, month: Int, day: Int) -> Int {
        let year = month <= 2 ? year - 1 : year
        let era = year.dividedRoundingDown(by: 400)
        let yearOfEra = year - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}

extension BinaryInteger {
    fileprivate func dividedRoundingDown(by divisor: Self) -> Self {
        let quotient = self / divisor
        return self % divisor < 0 ? quotient - 1 : quotient
    }
}
