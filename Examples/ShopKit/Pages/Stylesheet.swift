//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

/// The shop's style sheet.
///
/// It is a string and not a resource, so a deployment needs only the executable.
enum Stylesheet {
    static let text = """
        :root {
          color-scheme: light dark;
          --page: #faf6f0; --surface: #fffdfa; --panel: #f1e8dc; --ink: #2d2722; --soft: #6d6157; --line: #e4d9ca;
          --accent: #94492b; --accent-strong: #7a3a20; --on-accent: #fffaf5; --good: #e7efe0; --good-ink: #38502d;
          --cream: #fff8ec; --clay: #b9714b; --clay-dark: #935535; --rim: #e6d3bb; --tea: #a8642c; --glaze: #7fa39a;
          --glaze-dark: #66897f; --bamboo: #c69a5f; --leaf: #82a16f; --leaf-dark: #5b7d4e; --paper: #d8b98f;
          --paper-dark: #b8956a; --blossom: #fbe9e3; --moss: #e9efdb; --sea: #5d8da3; --plum: #7d4a68; --indigo: #4a5d86;
          --cork: #bf925f; --cork-light: #d7b185; --shade: #2d272218;
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --page: #1b1815; --surface: #24201c; --panel: #332c26; --ink: #f2ebe2; --soft: #b5a89a; --line: #40382f;
            --accent: #e59a73; --accent-strong: #f0b091; --on-accent: #27160d; --good: #2c3826; --good-ink: #cfe2c2;
            --cream: #efe3d0; --rim: #cdb99f; --shade: #00000055;
          }
        }
        * { box-sizing: border-box; }
        body {
          margin: 0; min-height: 100vh; display: flex; flex-direction: column; background: var(--page); color: var(--ink);
          font: 1.0625rem/1.6 Inter, system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif;
        }
        main { flex: 1; padding-block: 2.5rem 4rem; }
        .wrap { width: 100%; max-width: 68rem; margin-inline: auto; padding-inline: 1.25rem; }
        h1, h2, h3, .brand, .sum {
          font-family: "Iowan Old Style", "Palatino Linotype", Palatino, Charter, Georgia, serif; font-weight: 600;
          line-height: 1.2; text-wrap: balance;
        }
        h1 { font-size: clamp(1.9rem, 4.5vw, 2.9rem); margin: 0 0 1rem; letter-spacing: -0.01em; }
        h2 { font-size: 1.35rem; margin: 0 0 0.5rem; }
        h3 { font-size: 1.15rem; margin: 0; }
        p { margin: 0 0 1rem; }
        a { color: var(--accent); text-underline-offset: 0.2em; }
        a:hover { color: var(--accent-strong); }
        :focus-visible { outline: 3px solid var(--accent); outline-offset: 3px; border-radius: 4px; }
        .small { font-size: 0.875rem; color: var(--soft); font-weight: 400; }
        .eyebrow {
          margin: 0 0 0.5rem; font-size: 0.8125rem; letter-spacing: 0.09em; text-transform: uppercase; color: var(--soft);
        }
        .price { font-variant-numeric: tabular-nums; font-weight: 600; white-space: nowrap; margin: 0; }
        .hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
        .skip { position: absolute; left: -100vw; padding: 0.5rem 1rem; background: var(--surface); }
        .skip:focus { left: 1rem; top: 0.5rem; z-index: 1; }

        .top { border-bottom: 1px solid var(--line); background: var(--surface); }
        .top .wrap { display: flex; align-items: center; justify-content: space-between; gap: 1rem; padding-block: 0.9rem; }
        .brand {
          display: flex; align-items: center; gap: 0.55rem; font-size: 1.3rem; color: inherit; text-decoration: none;
          white-space: nowrap;
        }
        .brand:hover { color: inherit; }
        .mark { width: 2rem; height: 2rem; }
        .top nav { display: flex; gap: 1.5rem; }
        .top nav a { color: inherit; text-decoration: none; padding-block: 0.25rem; }
        .top nav a:hover { color: var(--accent); }
        .count {
          display: inline-block; min-width: 1.5rem; padding: 0 0.4rem; border-radius: 1rem; text-align: center;
          font-size: 0.8125rem; line-height: 1.5rem; font-weight: 600; background: var(--accent); color: var(--on-accent);
        }
        .count.none { background: var(--panel); color: var(--soft); }

        .hero { padding-block: 1rem 2.75rem; max-width: 40rem; }
        .hero p:last-child { font-size: 1.2rem; color: var(--soft); margin: 0; }
        .notice { padding: 0.85rem 1.1rem; border-radius: 0.75rem; background: var(--good); color: var(--good-ink); }
        .grid {
          list-style: none; margin: 0; padding: 0; display: grid; gap: 1.75rem;
          grid-template-columns: repeat(auto-fill, minmax(min(17.5rem, 100%), 1fr));
        }
        .picture { display: grid; place-items: center; background: var(--panel); border-radius: 1rem; overflow: hidden; }
        .picture svg { width: 100%; height: auto; max-width: 24rem; display: block; }
        .card a {
          display: flex; flex-direction: column; height: 100%; color: inherit; text-decoration: none; border-radius: 1rem;
        }
        .card .picture { padding: 0.75rem; }
        .card .picture svg { max-width: 18rem; transition: transform 0.25s ease; }
        .card a:hover svg { transform: translateY(-4px) scale(1.03); }
        .card a:hover h3 { color: var(--accent); }
        .caption { display: flex; justify-content: space-between; align-items: baseline; gap: 1rem; margin: 0.9rem 0 0.2rem; }
        .card .summary { color: var(--soft); margin: 0; font-size: 1rem; }

        .back { margin-bottom: 1.5rem; }
        .back a { text-decoration: none; }
        .detail { display: grid; gap: 1.75rem 3.5rem; grid-template-columns: 1fr; align-items: center; }
        .detail .picture { padding: 1.5rem; align-self: stretch; }
        .detail h1 { font-size: clamp(1.8rem, 4vw, 2.5rem); margin-bottom: 0.4rem; }
        .detail .price { font-size: 1.35rem; margin-bottom: 1.1rem; }
        .details { margin: 0 0 1.5rem; padding-left: 1.1rem; color: var(--soft); }
        .details li::marker { color: var(--accent); }
        .buy { display: flex; flex-wrap: wrap; align-items: end; gap: 0.75rem; margin-bottom: 1rem; }
        .buy input { width: 6rem; }
        .buy button { flex: 1; max-width: 16rem; }

        label { display: block; font-size: 0.9375rem; font-weight: 600; margin-bottom: 0.3rem; }
        input, button, .button { font: inherit; min-height: 2.9rem; border-radius: 0.65rem; padding: 0.5rem 0.9rem; }
        input { width: 100%; border: 1px solid var(--soft); background: var(--surface); color: inherit; }
        input[type=radio] { width: auto; min-height: 0; margin: 0 0.4rem 0 0; accent-color: currentColor; }
        fieldset { border: 0; padding: 0; margin: 0.9rem 0; }
        legend { font-size: 0.9375rem; font-weight: 600; margin-bottom: 0.3rem; padding: 0; }
        fieldset label { font-weight: 400; }
        input::placeholder { color: var(--soft); opacity: 0.8; }
        button, .button {
          display: inline-block; border: 1px solid transparent; background: var(--accent); color: var(--on-accent);
          font-weight: 600; padding-inline: 1.4rem; text-decoration: none; cursor: pointer;
        }
        button:hover, .button:hover { background: var(--accent-strong); color: var(--on-accent); }
        .button + .button { margin-left: 0.5rem; }
        .button.quiet { background: none; border-color: var(--line); color: inherit; }
        .button.quiet:hover { border-color: var(--accent); color: var(--accent); }

        .checkout { display: grid; gap: 2.5rem; grid-template-columns: 1fr; align-items: start; }
        .lines { list-style: none; margin: 0; padding: 0; border-top: 1px solid var(--line); }
        .lines li {
          display: grid; grid-template-columns: 5.5rem 1fr auto; gap: 1.1rem; align-items: center; padding-block: 1rem;
          border-bottom: 1px solid var(--line);
        }
        .lines a { font-weight: 600; color: inherit; text-decoration: none; }
        .lines a:hover { color: var(--accent); text-decoration: underline; }
        .lines p { margin: 0; }
        form.summary { background: var(--surface); border: 1px solid var(--line); border-radius: 1rem; padding: 1.5rem; }
        form.summary button { width: 100%; margin: 1rem 0 0.75rem; }
        form.summary p { margin: 0; text-align: center; }
        dl { display: grid; grid-template-columns: 1fr auto; row-gap: 0.35rem; margin: 0 0 1.5rem; }
        dd { margin: 0; text-align: right; font-variant-numeric: tabular-nums; }
        .sum { font-size: 1.3rem; border-top: 1px solid var(--line); padding-top: 0.6rem; margin-top: 0.35rem; }

        .message { max-width: 34rem; margin: 1rem auto 0; text-align: center; }
        .stamp {
          width: 12rem; aspect-ratio: 1; margin: 0 auto 1.75rem; border-radius: 50%; background: var(--panel); display: grid;
          place-items: center; overflow: hidden;
        }
        .stamp svg { width: 84%; }
        .order {
          display: inline-block; padding: 0.6rem 1.2rem; border: 1px dashed var(--soft); border-radius: 0.65rem;
          font: 600 1.15rem ui-monospace, "SF Mono", Menlo, Consolas, monospace; overflow-wrap: anywhere; margin-bottom: 1.75rem;
        }
        .reason { padding: 1rem 1.25rem; border-radius: 0.75rem; background: var(--panel); overflow-wrap: anywhere; }

        .bottom { border-top: 1px solid var(--line); background: var(--surface); padding-block: 2.5rem; }
        .bottom .wrap { display: flex; flex-wrap: wrap; justify-content: space-between; align-items: end; gap: 2rem; }
        .bottom p { margin: 0 0 0.9rem; color: var(--soft); }
        .bottom > .wrap > p { margin: 0; }
        .letters { flex: 0 1 30rem; }
        .row { display: flex; gap: 0.6rem; }
        .row input { min-width: 0; }

        @media (min-width: 48rem) {
          .detail { grid-template-columns: 1.1fr 1fr; }
          .checkout { grid-template-columns: 1fr 21rem; }
        }
        @media (prefers-reduced-motion: reduce) { * { transition: none !important; } }

        .shade { fill: var(--shade); }
        .cream { fill: var(--cream); } .clay { fill: var(--clay); } .clay-dark { fill: var(--clay-dark); }
        .rim { fill: var(--rim); } .tea { fill: var(--tea); } .glaze { fill: var(--glaze); }
        .glaze-dark { fill: var(--glaze-dark); } .bamboo { fill: var(--bamboo); } .leaf { fill: var(--leaf); }
        .leaf-dark { fill: var(--leaf-dark); } .paper { fill: var(--paper); } .paper-dark { fill: var(--paper-dark); }
        .blossom { fill: var(--blossom); } .moss { fill: var(--moss); } .sea { fill: var(--sea); } .plum { fill: var(--plum); }
        .indigo { fill: var(--indigo); } .cork { fill: var(--cork); } .cork-light { fill: var(--cork-light); }
        .rice { fill: var(--bamboo); } .shine { fill: #ffffff40; }
        .line { fill: none; stroke-width: 2.5; stroke-linecap: round; stroke-linejoin: round; stroke: currentColor; }
        .line.clay { stroke: var(--clay); } .line.bamboo { stroke: var(--bamboo); } .line.thick { stroke-width: 8; }
        .line.steam { stroke: var(--soft); opacity: 0.45; } .line.fine { stroke: #ffffff45; stroke-width: 2; }
        .line.stem { stroke: var(--leaf-dark); } .line.pale { stroke: var(--cream); }
        .line.seam { stroke: var(--paper); stroke-width: 2; stroke-dasharray: 1 6; }
        .speck { fill: none; stroke: var(--clay-dark); stroke-width: 2.6; stroke-linecap: round; }

        """
}
