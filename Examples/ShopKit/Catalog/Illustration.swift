//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

/// Inline SVG drawings of the products.
///
/// Inline drawings take their colors from the style sheet and follow the light or dark mode. Screen readers skip them, because
/// the adjacent text says the same.
enum Illustration {
    static let mug = drawing(
        """
        <path class="line steam" d="M104 44c-7-9 7-14 0-24M124 44c-7-9 7-14 0-24"/>
        <path class="line clay thick" d="M152 82h9a20 20 0 0 1 0 40h-11"/>
        <path class="cream" d="M74 62h80v62a26 26 0 0 1-26 26h-28a26 26 0 0 1-26-26z"/>
        <path class="clay" d="M74 114q20 9 40 0t40 0v10a26 26 0 0 1-26 26h-28a26 26 0 0 1-26-26z"/>
        <ellipse class="rim" cx="114" cy="62" rx="40" ry="9"/>
        <ellipse class="tea" cx="114" cy="63.5" rx="34" ry="6"/>
        <path class="speck" d="M86 84h0M98 98h0M90 106h0M116 86h0M109 106h0\
        M132 80h0M140 98h0M127 103h0M146 88h0M82 95h0M121 94h0"/>
        """
    )

    static let teapot = drawing(
        """
        <path class="line steam" d="M58 58c-6-8 6-12 0-20"/>
        <path class="line bamboo thick" d="M84 78c0-52 72-52 72 0"/>
        <path class="glaze" d="M76 128c-22-4-20-34-34-44l17-6c12 10 8 26 26 26z"/>
        <path class="glaze" d="M120 76c36 0 56 16 56 40 0 20-22 34-56 34s-56-14-56-34c0-24 20-40 56-40z"/>
        <path class="shine" d="M80 108c4-12 14-19 28-22-10 5-18 12-20 22z"/>
        <path class="glaze-dark" d="M92 80c8-11 48-11 56 0-16 6-40 6-56 0z"/>
        <circle class="bamboo" cx="120" cy="67" r="6.5"/>
        <path class="line fine" d="M70 128q50 14 100 0"/>
        """
    )

    static let darjeeling = pouch(
        label: """
            <path class="leaf" d="M119 112c-17-4-23-19-18-33 15 4 22 18 18 33z"/>
            <path class="leaf-dark" d="M121 112c-3-16 6-28 20-31 4 15-5 28-20 31z"/>
            <path class="line stem" d="M120 122v-14"/>
            """,
        color: "blossom"
    )

    static let genmaicha = pouch(
        label: """
            <path class="leaf-dark" d="M120 116c-20-8-23-26-16-38 16 8 22 24 16 38z"/>
            <g class="rice"><ellipse cx="132" cy="86" rx="3.5" ry="7" transform="rotate(24 132 86)"/>\
            <ellipse cx="139" cy="101" rx="3.5" ry="7" transform="rotate(-14 139 101)"/>\
            <ellipse cx="127" cy="107" rx="3.5" ry="7" transform="rotate(50 127 107)"/></g>
            """,
        color: "moss"
    )

    static let bowl = drawing(
        """
        <path class="clay" d="M54 82h132c0 34-22 58-50 62h-32c-28-4-50-28-50-62z"/>
        <path class="clay-dark" d="M98 143h44l3 9h-50z"/>
        <ellipse class="rim" cx="120" cy="82" rx="66" ry="17"/>
        <ellipse class="sea" cx="120" cy="84" rx="59" ry="13"/>
        <circle class="plum" cx="105" cy="77" r="12.5"/>
        <circle class="plum" cx="131" cy="75" r="13.5"/>
        <path class="sea" d="M84 80c10 7 62 8 72-1l6 4c-8 17-76 17-84 0z"/>
        <path class="line stem" d="M131 62c1-7 5-11 11-12"/>
        <path class="leaf" d="M141 51c7-8 16-8 21-4-5 7-13 9-21 4z"/>
        <path class="line fine" d="M66 110q54 20 108 0"/>
        """
    )

    static let caddy = drawing(
        """
        <path class="cream" d="M80 66h80v74c0 7-18 12-40 12s-40-5-40-12z"/>
        <path class="indigo" d="M80 92c22 8 58 8 80 0v30c-22 8-58 8-80 0z"/>
        <path class="line pale" d="M88 108q6-9 12 0t12 0 12 0 12 0 12 0 8-3"/>
        <path class="rim" d="M80 66c0-7 18-11 40-11s40 4 40 11-18 11-40 11-40-4-40-11z"/>
        <path class="cork" d="M88 46c0-6 14-10 32-10s32 4 32 10v18c0 6-14 9-32 9s-32-3-32-9z"/>
        <ellipse class="cork-light" cx="120" cy="46" rx="32" ry="9"/>
        <path class="speck" d="M96 60h0M106 66h0M118 63h0M131 67h0M143 60h0M137 55h0M111 57h0"/>
        """
    )

    /// The shop's logo, for the header.
    static let mark: HTML = """
        <svg class="mark" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
        <path class="clay" d="M5 15h18v6a7 7 0 0 1-7 7h-4a7 7 0 0 1-7-7z"/>
        <path class="line clay" d="M23 17h2a3.5 3.5 0 0 1 0 7h-3"/>
        <path class="leaf" d="M14 13c-4-3-4-8-1-11 4 3 5 7 1 11z"/>
        </svg>
        """

    /// The logo as a separate file, with its own colors.
    static let favicon = """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">
        <path fill="#b9714b" d="M5 15h18v6a7 7 0 0 1-7 7h-4a7 7 0 0 1-7-7z"/>
        <path fill="none" stroke="#b9714b" stroke-width="2.5" d="M23 17h2a3.5 3.5 0 0 1 0 7h-3"/>
        <path fill="#6f8f5f" d="M14 13c-4-3-4-8-1-11 4 3 5 7 1 11z"/>
        </svg>

        """

    private static func drawing(_ content: HTML) -> HTML {
        """
        <svg viewBox="0 0 240 180" aria-hidden="true" focusable="false">
        <ellipse class="shade" cx="120" cy="151" rx="68" ry="9"/>
        \(content)
        </svg>
        """
    }

    /// A paper pouch of tea with a label.
    private static func pouch(label: HTML, color: String) -> HTML {
        self.drawing(
            """
            <path class="paper" d="M78 44h84l6 104q-48 8-96 0z"/>
            <path class="paper-dark" d="M76 28h88v18H76z"/>
            <path class="line seam" d="M80 37h80"/>
            <rect class="\(color)" x="88" y="66" width="64" height="66" rx="8"/>
            \(label)
            """
        )
    }
}
