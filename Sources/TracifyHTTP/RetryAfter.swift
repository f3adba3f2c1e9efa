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
import Tracify

/// The `Retry-After` header: a number of seconds, or one of the three forms of an HTTP date (RFC 9110, sections 10.2.3, 5.6.7).
enum RetryAfter {
    /// Returns the pause from `now`; `nil` when the header is neither form, zero when the date has passed.
    static func parse(_ value: String, now: Date) -> Duration? {
        if !value.isEmpty, value.utf8.count <= 10, value.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
        {
            return Int64(value).map { .seconds($0) }
        }
        guard let seconds = self.date(value, now: now) else { return nil }
        return .seconds(max(0, seconds - Int64(now.timeIntervalSince1970.rounded(.down))))
    }

    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    /// Returns the time of an HTTP date (RFC 9110, section 5.6.7), in seconds since 1970; `nil` for any other text.
    static func date(_ value: String, now: Date) -> Int64? {
        // Sun, 06 Nov 1994 08:49:37 GMT — Sunday, 06-Nov-94 08:49:37 GMT — Sun Nov  6 08:49:37 1994
        let words = value.split(whereSeparator: { $0 == " " || $0 == "-" || $0 == "," })
        guard (5...6).contains(words.count) else { return nil }
        let isASCTime = words.count == 5
        guard isASCTime || words[5] == "GMT" else { return nil }
        let (day, month, year, time) =
            isASCTime ? (words[2], words[1], words[4], words[3]) : (words[1], words[2], words[3], words[4])
        guard let monthIndex = self.months.firstIndex(of: String(month)), let yearNumber = Int(year), (1...2).contains(day.count)
        else {
            return nil
        }
        let fullYear = year.count == 2 ? self.fullYear(yearNumber, now: now) : yearNumber
        guard (1...9999).contains(fullYear) else { return nil }
        let paddedYear = String(String(fullYear + 10_000).dropFirst())
        let paddedMonth = monthIndex < 9 ? "0\(monthIndex + 1)" : "\(monthIndex + 1)"
        let paddedDay = day.count == 1 ? "0\(day)" : "\(day)"
        return UTCDateTime.parse("\(paddedYear)-\(paddedMonth)-\(paddedDay) \(time)")
    }

    /// Returns the full year: one of two digits is never more than 50 years ahead.
    private static func fullYear(_ year: Int, now: Date) -> Int {
        let current = 1970 + Int(now.timeIntervalSince1970 / 31_556_952)
        let candidate = current - current % 100 + year
        return candidate > current + 50 ? candidate - 100 : candidate
    }
}
