//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Tool
import ArgumentParser

/// The flags of curl that change nothing in a request, so that a command that was copied from a browser can be explained.
struct CurlOptions: ParsableArguments {
    @Flag(name: [.customShort("s"), .customLong("silent")]) var isSilent = false
    @Flag(name: [.customShort("S"), .customLong("show-error")]) var showsErrors = false
    @Flag(name: [.customShort("k"), .customLong("insecure")]) var isInsecure = false
    @Flag(name: [.customShort("L"), .customLong("location")]) var followsRedirects = false
    @Flag(name: [.customShort("i"), .customLong("include")]) var includesHead = false
    @Flag(name: [.customShort("v"), .customLong("verbose")]) var isVerbose = false
    @Flag(name: [.customShort("f"), .customLong("fail")]) var fails = false
    @Flag(name: .customLong("compressed")) var isCompressed = false
    @Flag(name: .customLong("http2")) var usesHTTP2 = false
}
#endif
