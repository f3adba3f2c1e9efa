//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

/// The products of a shop.
struct Catalog: Sendable {
    let products: [Product]

    func product(sku: some StringProtocol) -> Product? {
        self.products.first { $0.sku == sku }
    }
}

extension Catalog {
    /// What a new shop sells.
    static let initial = Catalog(products: [
        Product(
            sku: "MUG-01",
            name: "Speckled Stoneware Mug",
            price: Euros(cents: 24_00),
            summary: "Thrown by hand, dipped once, and just right for both hands.",
            description: """
                A generous mug with a rounded foot and a handle that leaves room for three fingers. The speckles come from the \
                iron in the clay, so no two are alike.
                """,
            details: ["Holds 320 ml", "Stoneware, fired at 1240 °C", "Goes into the dishwasher"],
            illustration: Illustration.mug
        ),
        Product(
            sku: "POT-02",
            name: "Round Teapot",
            price: Euros(cents: 68_00),
            summary: "A quiet pot for two, with a spout that does not drip.",
            description: """
                Glazed in sea green and turned thin enough to be light, thick enough to keep the second cup warm. The strainer \
                is part of the pot, pierced before the first firing.
                """,
            details: ["Holds 800 ml", "Built-in strainer", "Spare lids can be ordered"],
            illustration: Illustration.teapot
        ),
        Product(
            sku: "TEA-03",
            name: "First Flush Darjeeling",
            price: Euros(cents: 16_90),
            summary: "Picked in March, bright and floral, with a hint of apricot.",
            description: """
                The first young leaves of the year from a small garden at 1,800 metres. Steep it for three minutes in water \
                that has stopped boiling, and drink it without milk.
                """,
            details: ["100 g of loose leaf", "For about 40 cups", "Organically grown"],
            illustration: Illustration.darjeeling
        ),
        Product(
            sku: "TEA-04",
            name: "Genmaicha",
            price: Euros(cents: 12_50),
            summary: "Green tea with roasted rice. Smells of toast, tastes of calm.",
            description: """
                Everyday tea from Shizuoka: summer leaves and roasted brown rice in equal parts. Low in caffeine, friendly at \
                any hour, and hard to get wrong.
                """,
            details: ["100 g of loose leaf", "For about 50 cups", "Two infusions"],
            illustration: Illustration.genmaicha
        ),
        Product(
            sku: "BOW-05",
            name: "Breakfast Bowl",
            price: Euros(cents: 29_00),
            summary: "Deep enough for porridge, pretty enough for plums.",
            description: """
                A wide bowl with a narrow foot, blue within and bare outside, so that it is warm to hold. It stacks well, in \
                case one is not enough.
                """,
            details: ["16 cm across", "Glazed inside only", "Goes into the oven"],
            illustration: Illustration.bowl
        ),
        Product(
            sku: "CAN-06",
            name: "Tea Caddy with Cork Lid",
            price: Euros(cents: 34_50),
            summary: "Keeps your leaves dark, dry and close at hand.",
            description: """
                A straight caddy with a lid cut from one piece of Portuguese cork. It closes with a soft pop, and keeps light \
                and air where they belong.
                """,
            details: ["Holds 150 g of tea", "Cork from renewable bark", "Hand wash"],
            illustration: Illustration.caddy
        ),
    ])
}
