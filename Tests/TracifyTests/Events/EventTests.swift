//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Foundation
import Testing
import Tracify

struct EventTests {
    @Test func dropsFractionalSeconds() throws {
        let event = try Event.stub(date: Date(timeIntervalSince1970: 1_718_973_400.999))
        #expect(event.date == Date.pageExample)
        // Dates before 1970 are rounded down as well.
        #expect(try Event.stub(date: Date(timeIntervalSince1970: -0.25)).date == Date(timeIntervalSince1970: -1))
    }

    @Test(arguments: [-62_135_596_800.0, 253_402_300_799.0, 253_402_300_799.5])
    func acceptsYears1To9999(_ interval: Double) throws {
        #expect(try Event.stub(date: Date(timeIntervalSince1970: interval)).date.timeIntervalSince1970 == interval.rounded(.down))
    }

    @Test(arguments: [-62_135_596_800.5, 253_402_300_800.0, 1e300, -1e300, .infinity, -.infinity, .nan])
    func throwsForOtherYears(_ interval: Double) throws {
        let error = try invalidValue { try Event.stub(date: Date(timeIntervalSince1970: interval)) }
        #expect(error.field == "datetime")
        #expect(error.code == .outOfRange)
    }

    @Test func keepsFirstOfEachParameter() throws {
        let event = try Event.stub(parameters: [("utm_source", "a"), ("gclid", "x"), ("utm_source", "b"), ("UTM_SOURCE", "c")])
        #expect(event.parameters.map(\.name) == ["utm_source", "gclid", "UTM_SOURCE"])
        #expect(event.parameters.map(\.value) == ["a", "x", "c"])
    }

    @Test func limitsNumberOfParameters() throws {
        let names = (0..<33).map { (name: "utm_secret\($0)", value: "v") }
        #expect(try Event.stub(parameters: Array(names.dropLast())).parameters.count == 32)
        let error = try invalidValue { try Event.stub(parameters: names) }
        #expect(error.field == "url_parameters")
        #expect(error.code == .tooLong)
        #expect(!error.description.contains("secret"))
    }

    @Test func derivesTypeFromDetail() throws {
        #expect(try Event.stub(.pageView).type == .pageView)
        #expect(try Event.stub(.productView).type == .productView)
        #expect(try Event.stub(.addToCart([])).type == .addToCart)
        #expect(try Event.stub(.purchase(.stub())).type == .purchase)
        #expect(try Event.stub(.conversion(.stub())).type == .conversion)
        #expect(try Event.stub(.postPurchaseSurvey(SurveyAnswer(orderID: "1", source: .tiktok))).type == .postPurchaseSurvey)
    }

    @Test func typeNamesMatchContract() {
        #expect(
            EventType.allCases.map(\.rawValue)
                == ["pageview", "productview", "addtocart", "purchase", "conversion", "postpurchasesurvey"]
        )
    }
}
