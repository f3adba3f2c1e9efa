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
