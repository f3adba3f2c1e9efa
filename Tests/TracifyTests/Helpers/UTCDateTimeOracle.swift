//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Foundation

/// The contract's `datetime`, formatted with Foundation's calendar.
///
/// Foundation's calendar is Julian before October 1582; the contract's is proleptic Gregorian. The Gregorian calendar repeats every
/// 400 years (146,097 days), so an early date is shifted by a multiple of 400 years.
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
