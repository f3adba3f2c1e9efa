//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if SQLite
import GRDB
import TracifySQLite

/// The shop's SQLite database: products, orders and the outbox of the orders' events.
struct ShopDatabase: Sendable {
    let pool: DatabasePool

    /// Opens the database, and creates it with the initial products unless there is one.
    ///
    /// - Parameter path: The path of the file.
    /// - Throws: GRDB's `DatabaseError`.
    init(path: String) throws {
        self.pool = try DatabasePool(path: path)
        // A pool does not sync each commit, so a power loss might take orders whose events have been delivered already.
        try self.pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") }
        var migrator = DatabaseMigrator()
        migrator.registerMigration("products") { db in
            try db.create(table: ProductRow.databaseTableName) { table in
                table.primaryKey("sku", .text)
                table.column("position", .integer).notNull()
                table.column("name", .text).notNull()
                table.column("cents", .integer).notNull()
                table.column("summary", .text).notNull()
                table.column("text", .text).notNull()
                table.column("details", .jsonText).notNull()
                table.column("illustration", .text).notNull()
            }
            for (index, product) in Catalog.initial.products.enumerated() {
                try ProductRow(product, position: index).insert(db)
            }
        }
        migrator.registerMigration("orders") { db in
            try DatabaseOrders.createTable(in: db)
            try SQLiteOutbox.createTable(in: db)
        }
        try migrator.migrate(self.pool)
    }

    /// Returns the products that the shop sells.
    func catalog() throws -> Catalog {
        Catalog(products: try self.pool.read { db in try ProductRow.order(Column("position")).fetchAll(db).map(\.product) })
    }
}

/// A row of the table of products.
private struct ProductRow: Codable, FetchableRecord, PersistableRecord {
    static let databaseTableName = "products"

    let sku: String
    let position: Int
    let name: String
    let cents: Int64
    let summary: String
    let text: String
    let details: [String]
    let illustration: String

    init(_ product: Product, position: Int) {
        self.sku = product.sku
        self.position = position
        self.name = product.name
        self.cents = product.price.cents
        self.summary = product.summary
        self.text = product.description
        self.details = product.details
        self.illustration = product.illustration.text
    }

    var product: Product {
        Product(
            sku: self.sku,
            name: self.name,
            price: Euros(cents: self.cents),
            summary: self.summary,
            description: self.text,
            details: self.details,
            // A drawing, which the shop itself has written.
            illustration: HTML(stringLiteral: self.illustration)
        )
    }
}
#endif
