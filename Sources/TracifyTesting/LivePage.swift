//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if TestKit
/// The page that shows what comes in.
///
/// It asks for the newest events once a second and shows texts as texts, never as markup.
enum LivePage {
    static let headers = [
        ("Content-Type", "text/html; charset=utf-8"),
        (
            "Content-Security-Policy",
            "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'"
        ),
        ("X-Content-Type-Options", "nosniff"),
    ]

    static let html = """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>Tracify collector</title>
        <style>
        :root { color-scheme: light dark; --line: #8883; --soft: #8881; --accent: #2563eb; }
        * { box-sizing: border-box; }
        body { font: 15px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 64rem; padding: 1.5rem 1rem 4rem; }
        header { display: flex; flex-wrap: wrap; align-items: baseline; gap: .5rem 1.5rem; margin-bottom: 1rem; }
        h1 { font-size: 1.3rem; margin: 0; }
        .totals { opacity: .75; }
        .bad { color: #dc2626; }
        ol { list-style: none; margin: 0; padding: 0; border-top: 1px solid var(--line); }
        li { border-bottom: 1px solid var(--line); }
        summary { display: grid; grid-template-columns: 11rem 8.5rem 1fr auto; gap: 1rem; padding: .55rem .25rem; cursor: pointer; }
        summary:hover { background: var(--soft); }
        time { opacity: .7; font-variant-numeric: tabular-nums; }
        .type { font-weight: 600; color: var(--accent); }
        .type.purchase, .type.conversion { color: #15803d; }
        .note { opacity: .7; }
        .url { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
        pre { margin: 0 0 .75rem; padding: .75rem; background: var(--soft); border-radius: .4rem; overflow: auto; font-size: 13px; }
        .empty { padding: 3rem 0; text-align: center; opacity: .6; }
        @media (max-width: 40rem) { summary { grid-template-columns: 1fr auto; } .url { grid-column: 1 / -1; } }
        </style>
        </head>
        <body>
        <header><h1>Tracify collector</h1><span class="totals" id="totals">waiting for events</span></header>
        <ol id="events"><li class="empty">No events yet. Open a page of the shop.</li></ol>
        <noscript><p>This page needs JavaScript. The events are at <a href="/events">/events</a>.</p></noscript>
        <script>
        const list = document.getElementById("events"), totals = document.getElementById("totals");
        let shown = -1, rejected = -1;
        function cell(tag, name, text) {
          const element = document.createElement(tag);
          element.className = name;
          element.textContent = text;
          return element;
        }
        function note(data) {
          const id = data.order_id || data.conversion_id;
          if (id) return [id, data.amount, data.currency].filter(Boolean).join(" ");
          return data.QTY1 ? data.QTY1 + " × " + data.ITEM1 : data.utm_source || "";
        }
        function row(event) {
          const item = document.createElement("li"), details = document.createElement("details");
          const summary = document.createElement("summary");
          summary.append(cell("time", "", event.datetime), cell("span", "type " + event.type, event.type), cell("span", "url", event.url),
            cell("span", "note", note(event.data)));
          details.append(summary, cell("pre", "", JSON.stringify(event, null, 2)));
          item.append(details);
          return item;
        }
        async function refresh() {
          try {
            const answer = await (await fetch("/events/latest")).json();
            if (answer.total !== shown || answer.rejected_requests !== rejected) {
              const added = shown < 0 ? answer.events.length : Math.min(answer.total - shown, answer.events.length);
              if (list.querySelector(".empty") && answer.total > 0) list.replaceChildren();
              for (const event of answer.events.slice(answer.events.length - added)) list.prepend(row(event));
              while (list.children.length > 100) list.lastElementChild.remove();
              shown = answer.total;
              rejected = answer.rejected_requests;
              totals.textContent = shown + (shown === 1 ? " event" : " events") + (rejected ? ", " + rejected + " rejected requests" : "");
              totals.title = answer.deviations.join("\\n");
              totals.classList.toggle("bad", rejected > 0);
            }
          } catch {
            totals.textContent = "the collector is gone";
          }
          setTimeout(refresh, 1000);
        }
        refresh();
        </script>
        </body>
        </html>
        """
}
#endif
