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
