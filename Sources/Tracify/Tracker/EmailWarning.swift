//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Logging
import Synchronization

/// The warning, once, about an email address in a text that the shop's own code chose.
///
/// Such a text is reported as it is: a repeated order is recognized by its ID, and an item by its name.
final class EmailWarning: Sendable {
    private let logger: Logger
    private let isGiven = Atomic(false)

    init(logger: Logger) {
        self.logger = logger
    }

    /// Warns about the first event with an email address in a text; names the field, not the text.
    func check(_ detail: Event.Detail) {
        guard !self.isGiven.load(ordering: .relaxed), let field = detail.fieldWithEmail,
            !self.isGiven.exchange(true, ordering: .relaxed)
        else { return }
        self.logger.warning(
            "An email address is in a text that is reported as it is: use an order ID or an item name without personal data.",
            metadata: ["field": "\(field)", "type": "\(detail.type.rawValue)"]
        )
    }
}

extension Event.Detail {
    /// The wire name of the first field whose text holds an email address; `nil` when there is none.
    fileprivate var fieldWithEmail: String? {
        switch self {
        case .pageView, .productView: nil
        case .addToCart(let items): Self.fieldWithEmail(items)
        case .purchase(let order): Self.hasEmail(order.id) ? "order_id" : Self.fieldWithEmail(order.items)
        case .conversion(let conversion): Self.hasEmail(conversion.id) ? "conversion_id" : nil
        case .postPurchaseSurvey(let answer):
            Self.hasEmail(answer.orderID) ? "order_id" : answer.medium.map(Self.hasEmail) == true ? "medium" : nil
        }
    }

    private static func fieldWithEmail(_ items: [LineItem]) -> String? {
        items.firstIndex { self.hasEmail($0.name) }.map { "ITEM\($0 + 1)" }
    }

    private static func hasEmail(_ text: String) -> Bool {
        text.withBytes { EmailSearch.isFound(in: $0) }
    }
}
