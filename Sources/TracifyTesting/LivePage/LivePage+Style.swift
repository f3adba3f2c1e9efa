//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if TestKit
extension LivePage {
    /// Texts have a contrast of 4.5 to 1 or more to their background (WCAG 2.2, criterion 1.4.3), in light and in dark.
    static let style = #"""
        :root {
          color-scheme: light dark;
          --text: light-dark(#1b1f24, #e6e9ee); --dim: light-dark(#57606a, #a3adb9); --back: light-dark(#ffffff, #0f1318);
          --soft: light-dark(#f3f5f7, #1a2027); --line: light-dark(#d5dbe1, #313a44); --link: light-dark(#0b57d0, #8ab4f8);
          --good: light-dark(#166534, #7ee2a0); --bad: light-dark(#b42318, #ff9d92);
          --pageview: light-dark(#0b57d0, #8ab4f8); --productview: light-dark(#6b3fa0, #c9a8f5); --addtocart: light-dark(#8a5300, #f2b866);
          --purchase: light-dark(#166534, #7ee2a0); --conversion: light-dark(#0f6674, #7fd8e8); --postpurchasesurvey: light-dark(#57606a, #a3adb9);
        }
        * { box-sizing: border-box; }
        [hidden] { display: none !important; }
        body { font: 15px/1.5 system-ui, sans-serif; color: var(--text); background: var(--back); margin: 0 auto; max-width: 68rem; padding: 1rem 1rem 4rem; }
        a { color: var(--link); }
        :focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
        .skip { position: absolute; left: -99rem; }
        .skip:focus { position: static; }
        header { display: flex; flex-wrap: wrap; align-items: baseline; gap: .25rem 1.25rem; }
        header p { margin: 0; color: var(--dim); }
        h1 { font-size: 1.3rem; margin: 0; }
        h2 { font-size: 1rem; margin: 1.5rem 0 .5rem; }
        .bad { color: var(--bad) !important; }
        .good { color: var(--good) !important; }
        #counters { display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; list-style: none; margin: .75rem 0 0; padding: 0; }
        #counters b { font-variant-numeric: tabular-nums; font-size: 1.15rem; }
        figure { margin: .75rem 0 1rem; }
        #timeline { display: block; width: 100%; height: 60px; background: var(--soft); border-radius: .3rem; }
        figcaption { display: flex; justify-content: space-between; color: var(--dim); font-size: 13px; }
        [role=tablist] { display: flex; flex-wrap: wrap; border-bottom: 1px solid var(--line); }
        button, input, select { font: inherit; color: inherit; background: var(--soft); border: 1px solid var(--line); border-radius: .35rem; padding: .35rem .75rem; min-height: 2.25rem; }
        ::placeholder { color: var(--dim); opacity: 1; }
        button { cursor: pointer; }
        button:hover { border-color: var(--dim); }
        button[aria-pressed=true] { background: var(--text); color: var(--back); }
        [role=tab] { background: none; border: 0; border-bottom: 3px solid transparent; border-radius: 0; white-space: nowrap; color: var(--dim); }
        [role=tab][aria-selected=true] { border-bottom-color: var(--link); color: var(--text); font-weight: 600; }
        .tools { display: flex; flex-wrap: wrap; gap: .5rem; margin: .75rem 0; }
        .tools [type=search] { flex: 1 1 14rem; }
        .note { color: var(--dim); margin: .5rem 0; }
        fieldset { border: 1px solid var(--line); border-radius: .35rem; display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; }
        [type=radio] { min-height: 0; }
        .list { list-style: none; margin: 0; padding: 0; border-top: 1px solid var(--line); }
        .list > li { border-bottom: 1px solid var(--line); content-visibility: auto; contain-intrinsic-size: auto 2.6rem; }
        .list > li.empty { padding: 2.5rem 0; text-align: center; color: var(--dim); }
        .row { display: grid; grid-template-columns: 5.5rem 9rem 1fr auto; gap: .25rem 1rem; padding: .5rem .25rem; align-items: baseline; }
        summary.row { cursor: pointer; }
        summary.row:hover { background: var(--soft); }
        .row > * { min-width: 0; overflow-wrap: anywhere; }
        time { color: var(--dim); font-variant-numeric: tabular-nums; }
        .type { font-weight: 600; }
        .url { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
        .detail { padding: 0 .25rem 1rem; }
        .detail p { margin: .25rem 0; }
        .detail .tools { margin: .5rem 0; }
        table { border-collapse: collapse; margin: .5rem 0; width: 100%; }
        caption { text-align: left; font-weight: 600; }
        th, td { text-align: left; vertical-align: top; padding: .2rem 1rem .2rem 0; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
        th { font-weight: 400; color: var(--dim); white-space: nowrap; width: 9rem; }
        code, pre { font: 13px/1.5 ui-monospace, monospace; }
        pre { margin: .5rem 0; padding: .75rem; background: var(--soft); border-radius: .35rem; overflow: auto; max-height: 24rem; }
        dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1rem; margin: 0; }
        dt { color: var(--dim); }
        dd { margin: 0; overflow-wrap: anywhere; }
        .journey { margin: 0; padding: 0 0 .5rem 2.5rem; }
        .journey .gap { color: var(--dim); }
        @media (max-width: 40rem) {
          .row { grid-template-columns: auto 1fr; }
          .url, .last { grid-column: 1 / -1; }
        }
        """#
}
#endif
