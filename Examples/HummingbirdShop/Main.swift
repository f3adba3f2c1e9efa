import ShopKit

@main
enum Main {
    static func main() async {
        #if Hummingbird && Configuration && TestKit
        await ShopProgram.run("hummingbird-shop", ShopServer.make)
        #else
        print("hummingbird-shop needs the package traits Hummingbird, Configuration and TestKit.")
        #endif
    }
}
