//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Foundation
import Testing
import Tracify

struct CustomerSiteIDTests {
    @Test(arguments: [
        "6b29fc40-ca47-1067-b31d-00dd010662da", "6B29FC40-CA47-1067-B31D-00DD010662DA", "6b29FC40-ca47-1067-B31D-00dd010662dA",
    ])
    func formatsInLowercase(_ text: String) throws {
        let id = try CustomerSiteID(text)
        #expect(id.text == "6b29fc40-ca47-1067-b31d-00dd010662da")
        #expect(id.description == id.text)
        #expect(try CustomerSiteID(#require(UUID(uuidString: text))) == id)
    }

    struct BadRow: Row {
        let text: String
        var code = ValidationError.Code.malformed
        let reason: String
    }

    @Test(arguments: [
        BadRow(text: "", code: .empty, reason: "nothing"),
        BadRow(text: "1234567", reason: "a number"),
        BadRow(text: "{6b29fc40-ca47-1067-b31d-00dd010662da}", reason: "braces"),
        BadRow(text: "urn:uuid:6b29fc40-ca47-1067-b31d-00dd010662da", reason: "a URN"),
        BadRow(text: "6b29fc40ca471067b31d00dd010662da", reason: "no hyphens"),
        BadRow(text: "6b29fc4-0ca47-1067-b31d-00dd010662da", reason: "a hyphen in the wrong place"),
        BadRow(text: "6b29fc40-ca47-1067-b31d-00dd010662d", reason: "too short"),
        BadRow(text: "6b29fc40-ca47-1067-b31d-00dd010662da0", reason: "too long"),
        BadRow(text: "6b29fc40-ca47-1067-b31d-00dd010662dg", reason: "no hexadecimal digit"),
        BadRow(text: " 6b29fc40-ca47-1067-b31d-00dd010662da", reason: "a space before"),
        BadRow(text: "6b29fc40-ca47-1067-b31d-00dd010662da\n", reason: "a line break after"),
        BadRow(text: " b29fc40-ca47-1067-b31d-00dd010662da", reason: "a space in the place of a digit"),
        BadRow(text: "+b29fc40-ca47-1067-b31d-00dd010662da", reason: "a sign in the place of a digit"),
        BadRow(text: "0x29fc40-ca47-1067-b31d-00dd010662da", reason: "a prefix in the place of two digits"),
        BadRow(text: "6b29fc40-ca47-1067-b31d-00dd010662da\u{0}", reason: "NUL after"),
        BadRow(text: "\u{FF16}b29fc40-ca47-1067-b31d-00dd010662da", reason: "a full-width digit"),
    ])
    func throwsForMalformedText(_ row: BadRow) throws {
        let error = try invalidValue { try CustomerSiteID(row.text) }
        #expect(error.field == "customer_site_id")
        #expect(error.code == row.code)
        #expect(row.text.isEmpty || !error.description.contains(row.text))
    }
}
