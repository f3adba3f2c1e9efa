import ShopKit

@main
enum Main {
    static func main() async {
        #if Vapor && Configuration && TestKit
        await ShopProgram.run("vapor-shop", ShopServer.make)
        #else
        print("vapor-shop needs the package traits Vapor, Configuration and TestKit.")
        #endif
    }
}
