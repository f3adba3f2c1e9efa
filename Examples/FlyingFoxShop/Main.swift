//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import ShopKit

@main
enum Main {
    static func main() async {
        #if FlyingFox && Configuration && TestKit
        await ShopProgram.run("flyingfox-shop", ShopServer.make)
        #else
        print("flyingfox-shop needs the package traits FlyingFox, Configuration and TestKit.")
        #endif
    }
}
