//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if TestKit
extension LivePage {
    /// The list of events: a bounded number of rows, whose details are made when they are opened.
    static let scriptOfEvents = #"""
        const byID = (id) => document.getElementById(id);
        // What the page keeps, and how many rows it shows.
        const keptEvents = 2000;
        let shownRows = 100;
        let events = [], waiting = [], clearedUntil = 0, isPaused = false;

        function matches(entry) {
          const type = byID("type").value, term = byID("search").value.trim().toLowerCase();
          if (type && entry.event.type !== type) return false;
          if (!term) return true;
          entry.text ??= JSON.stringify(entry.event).toLowerCase();
          return entry.text.includes(term);
        }
        function summaryRow(entry) {
          const event = entry.event, row = element("summary", "row");
          const time = element("time", "", clock(happened(event))), type = element("span", "type", types[event.type] || event.type);
          time.title = event.datetime + " UTC";
          type.style.color = `var(--${event.type})`;
          const url = element("span", "url", path(event.url));
          url.title = event.url;
          row.append(time, type, url, element("span", "last", note(event)));
          return row;
        }
        function eventRow(entry) {
          const item = element("li"), details = element("details");
          details.append(summaryRow(entry));
          details.addEventListener("toggle", () => {
            if (details.open && details.children.length === 1) details.append(eventDetail(entry.event));
          });
          item.append(details);
          return item;
        }
        function eventDetail(event) {
          const detail = element("div", "detail"), tools = element("div", "tools");
          detail.append(element("p", "", sentence(event)));
          for (const [label, text] of [["Copy as JSON", () => JSON.stringify(event, null, 2)], ["Copy as curl", () => curl(event)],
            ["Copy as a test's expectation", () => expectation(event)]]) {
            const button = element("button", "", label);
            button.addEventListener("click", () => copy(text(), button));
            tools.append(button);
          }
          detail.append(tools);
          const list = items(event), campaign = parameters(event);
          if (campaign.length) detail.append(table("Campaign parameters", campaign));
          if (list.length) detail.append(table("Items", list.map((item) => [item.quantity + " ×", item.name + ", " + item.amount])));
          const hashes = Object.entries(event.identity_data).map(([hash, kind]) => [classes[kind] || kind, hash]);
          detail.append(table("Visitor, as hashes", hashes));
          detail.append(element("pre", "", JSON.stringify(event, null, 2)));
          return detail;
        }
        function emptyText() {
          if (events.length) return "No event matches.";
          const last = deliveries.at(-1);
          if (last && !last.accepted) {
            const count = deliveries.length === 1 ? "1 request came" : deliveries.length + " requests came";
            return `${count}, and none was accepted. The last response: ${last.reply}${last.reason ? ", " + last.reason : ""}. See "Deliveries".`;
          }
          return "No events yet. Open a page of the shop.";
        }
        // Shows the events that match, from scratch.
        function renderEvents() {
          const list = byID("events"), rows = [];
          for (let i = events.length - 1; i >= 0 && rows.length < shownRows; i--) if (matches(events[i])) rows.push(eventRow(events[i]));
          list.replaceChildren(...(rows.length ? rows : [element("li", "empty", emptyText())]));
          describeShown();
        }
        function describeShown() {
          const isFiltered = byID("type").value || byID("search").value.trim();
          const found = isFiltered ? events.filter(matches).length : events.length;
          byID("shown").textContent = isPaused ? `Paused: ${waiting.length} new events wait.`
            : found > shownRows ? `The newest ${shownRows} of ${found}.` : "";
          byID("more").hidden = found <= shownRows;
        }
        // Shows new events above the others.
        function addRows(added) {
          const list = byID("events"), rows = [];
          for (let i = added.length - 1; i >= 0 && rows.length < shownRows; i--) if (matches(added[i])) rows.push(eventRow(added[i]));
          if (!rows.length) {
            if (list.querySelector(".empty")) list.replaceChildren(element("li", "empty", emptyText()));
            return describeShown();
          }
          if (list.querySelector(".empty")) list.replaceChildren();
          list.prepend(...rows);
          while (list.children.length > shownRows) list.lastElementChild.remove();
          describeShown();
        }
        function takeEvents(added) {
          added = added.filter((entry) => entry.n > clearedUntil);
          if (isPaused) {
            waiting = waiting.concat(added).slice(-keptEvents);
            return describeShown();
          }
          events = events.concat(added).slice(-keptEvents);
          addRows(added);
        }
        byID("more").addEventListener("click", () => { shownRows += 200; renderEvents(); });
        byID("search").addEventListener("input", renderEvents);
        byID("type").addEventListener("change", renderEvents);
        byID("pause").addEventListener("click", (click) => {
          isPaused = !isPaused;
          click.currentTarget.setAttribute("aria-pressed", isPaused);
          const added = waiting;
          waiting = [];
          if (!isPaused) takeEvents(added); else describeShown();
        });
        byID("clear").addEventListener("click", () => {
          clearedUntil = Math.max(clearedUntil, ...events.concat(waiting).map((entry) => entry.n));
          events = [];
          waiting = [];
          renderEvents();
          renderVisitors();
        });
        byID("download").addEventListener("click", () => {
          const lines = events.filter(matches).map((entry) => JSON.stringify(entry.event) + "\n");
          const link = element("a");
          link.href = URL.createObjectURL(new Blob(lines, { type: "application/x-ndjson" }));
          link.download = "events.ndjson";
          link.click();
          URL.revokeObjectURL(link.href);
        });
        for (const [value, label] of Object.entries(types)) {
          const option = element("option", "", label);
          option.value = value;
          byID("type").append(option);
        }
        """#
}
#endif
