//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import ShopKit

@main
enum Main {
    static func main() async {
        #if Configuration && TestKit
        await ShopProgram.run("nio-shop") { setup, onListening in NIOService(setup, onListening: onListening) }
        #else
        print("nio-shop needs the package traits Configuration and TestKit.")
        #endif
    }
}
