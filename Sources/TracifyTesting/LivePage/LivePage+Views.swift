//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if TestKit
extension LivePage {
    /// Visitors, deliveries, skipped requests, faults and the timeline; each is drawn only while it is visible.
    static let scriptOfViews = #"""
        const keptDeliveries = 500, keptRows = 200, shownVisitors = 50;
        let deliveries = [], skipped = [], health = null, counts = {}, ticks = [];

        function duration(milliseconds) {
          const seconds = Math.round(milliseconds / 1000);
          if (seconds < 60) return seconds + " s";
          return seconds < 3600 ? Math.floor(seconds / 60) + " min " + (seconds % 60) + " s" : Math.floor(seconds / 3600) + " h " + Math.floor(seconds / 60) % 60 + " min";
        }
        function renderVisitors() {
          const sessions = new Map();
          for (const { event } of events) {
            const session = identity(event, 2);
            if (!sessions.has(session)) sessions.set(session, []);
            sessions.get(session).push(event);
          }
          const journeys = [...sessions].map(([session, list]) => [session, list.sort((a, b) => happened(a) - happened(b))])
            .sort(([, a], [, b]) => happened(b.at(-1)) - happened(a.at(-1))).slice(0, shownVisitors);
          const open = new Set([...byID("visitors").querySelectorAll("details[open]")].map((details) => details.dataset.session));
          const rows = journeys.map(([session, list]) => visitorRow(session, list, open.has(session)));
          byID("visitors").replaceChildren(...(rows.length ? rows : [element("li", "empty", "No visitors yet.")]));
        }
        function visitorRow(session, list, isOpen) {
          const item = element("li"), details = element("details"), row = element("summary", "row");
          details.dataset.session = session;
          details.open = isOpen;
          const order = list.find((event) => event.type === "purchase");
          const first = list[0];
          const landing = campaign(first) || (first.data.Referer ? "from " + first.data.Referer : "no campaign");
          row.append(element("time", "", clock(happened(first))), element("span", "type", "visitor " + session.slice(0, 6)),
            element("span", "", `${list.length} events in ${duration(happened(list.at(-1)) - happened(first))}, ${landing}`),
            element("span", "last good", order ? "order " + money(order) : ""));
          const steps = element("ol", "journey");
          list.forEach((event, index) => {
            const step = element("li");
            const type = element("span", "type", types[event.type] || event.type);
            type.style.color = `var(--${event.type})`;
            const gap = index ? "after " + duration(happened(event) - happened(list[index - 1])) : "landing";
            step.append(element("span", "gap", gap + ": "), type, ` ${path(event.url)} ${index ? note(event) : campaign(event) || note(event)}`);
            steps.append(step);
          });
          details.append(row, steps);
          item.append(details);
          return item;
        }

        function takeDeliveries(added) {
          for (const entry of added) {
            const known = deliveries.findIndex((other) => other.n === entry.n);
            if (known >= 0) deliveries[known] = entry; else deliveries.push(entry);
          }
          deliveries = deliveries.slice(-keptDeliveries);
        }
        function renderDeliveries() {
          const list = byID("deliveries");
          const open = new Set([...list.querySelectorAll("details[open]")].map((details) => details.dataset.number));
          const rows = deliveries.slice(-keptRows).reverse().map((entry) => deliveryRow(entry, open.has(String(entry.n))));
          list.replaceChildren(...(rows.length ? rows : [element("li", "empty", "No requests yet.")]));
        }
        function deliveryRow(entry, isOpen) {
          const item = element("li"), details = element("details"), row = element("summary", "row");
          details.dataset.number = entry.n;
          details.open = isOpen;
          const list = Object.entries(entry.types).map(([type, count]) => count + " × " + (types[type] || type)).join(", ") || "no events";
          const isRejection = !entry.accepted && entry.reply === "status 200";
          const reason = entry.findings.length ? entry.findings.length + (entry.findings.length === 1 ? " deviation" : " deviations") : entry.reason;
          row.append(element("time", "", clock(entry.at)),
            element("span", "type " + (entry.accepted ? "good" : "bad"), entry.reply + (isRejection ? ", rejected" : "")),
            element("span", "", list + (reason ? ": " + reason : "")),
            element("span", "last", (entry.bytes / 1000).toFixed(1) + " kB" + (entry.ms >= 0 ? ", " + entry.ms + " ms" : ", no response yet")));
          const detail = element("div", "detail");
          detail.append(element("p", "", entry.accepted ? "The events were accepted." : "The events were not accepted; the tracker keeps them, and retries or moves them to the dead letters."));
          if (entry.findings.length) {
            detail.append(table("Deviations from the contract",
              entry.findings.map((finding) => [finding.event < 0 ? "body" : "event " + finding.event, finding.field + ": " + finding.rule])));
          }
          details.append(row, detail);
          item.append(details);
          return item;
        }

        function renderSkipped() {
          byID("skipped-note").textContent = health === null
            ? "No tracker is observed. An example shop that starts this collector shows its skipped requests here."
            : "The latest requests and calls that are no event, with the rule. The tracker keeps them while TRACIFY_MAXIMUM_SKIPPED_REQUESTS is set.";
          const rows = skipped.slice(-keptRows).reverse().map((entry) => {
            const item = element("li", "row"), advice = element("span", "", [entry.what, entry.path, entry.status || ""].filter(Boolean).join(" "));
            advice.append(element("br"), element("span", "note", entry.advice.replaceAll("`", "")));
            item.append(element("time", "", clock(entry.at)), element("span", "type", entry.rule), advice);
            return item;
          });
          byID("skipped").replaceChildren(...(rows.length ? rows : [element("li", "empty", "Nothing was skipped.")]));
        }

        const faults = { unauthorized: "401 Unauthorized", busy: "429 with Retry-After", unavailable: "503 Unavailable", hang: "No response",
          reset: "Reset the connection", rejected: "Reject the events", too_large: "413 Too large", none: "End all faults" };
        for (const [kind, label] of Object.entries(faults)) {
          const button = element("button", "", label);
          button.dataset.fault = kind;
          button.addEventListener("click", () => {
            const extent = document.querySelector("[name=extent]:checked").value;
            fetch("/faults?" + kind + (extent ? "&" + extent : ""), { method: "POST", headers: { "X-Tracify-Collector": "1" } });
          });
          byID("fault-buttons").append(button);
        }
        function renderFaults(fault) {
          byID("fault").textContent = fault ? "Responses fail now: " + fault + "." : "Responses are as Tracify's.";
          byID("fault").className = fault ? "bad" : "";
          const rows = [];
          const add = (name, value, style) => rows.push(element("dt", "", name), element("dd", style || "", value));
          if (health === null) {
            add("tracker", "none is observed");
          } else {
            add("state", health.healthy ? "healthy" : "failing", health.healthy ? "good" : "bad");
            add("queue", Math.round(health.queue_use * 100) + " % of its limits");
            add("last delivery", health.last_delivery ? clock(Date.parse(health.last_delivery)) : "none yet");
            for (const problem of health.problems) {
              add(problem.code + (problem.lane ? ", " + problem.lane : ""), problem.reason + ", since " + clock(Date.parse(problem.since)), "bad");
            }
          }
          byID("health-details").replaceChildren(...rows);
        }

        function renderCounters(total, rejected) {
          const entry = (name, count, style) => {
            const item = element("li", style), number = element("b", "", count.toLocaleString());
            item.append(number, " " + name);
            return item;
          };
          const rows = Object.entries(types).filter(([type]) => counts[type]).map(([type, name]) => {
            const item = entry(name + (counts[type] === 1 ? "" : type === "addtocart" ? "" : "s"), counts[type]);
            item.firstChild.style.color = `var(--${type})`;
            return item;
          });
          if (!rows.length) rows.push(entry("events", total));
          if (rejected) rows.push(entry(rejected === 1 ? "rejected request" : "rejected requests", rejected, "bad"));
          byID("counters").replaceChildren(...rows);
        }
        // A bar for each ten seconds of the last ten minutes.
        function renderTimeline() {
          const now = Math.floor(Date.now() / 10000), svg = byID("timeline"), bars = [];
          ticks = ticks.filter((tick) => tick.at > now - 60);
          const highest = Math.max(10, ...ticks.map((tick) => Object.values(tick.counts).reduce((a, b) => a + b, 0)));
          for (const tick of ticks) {
            let top = 60;
            for (const [type, count] of Object.entries(tick.counts)) {
              const bar = document.createElementNS("http://www.w3.org/2000/svg", "rect"), height = count / highest * 56;
              top -= height;
              for (const [name, value] of [["x", (tick.at - now + 59) * 10 + 1], ["y", top], ["width", 8], ["height", height]]) bar.setAttribute(name, value);
              bar.style.fill = `var(--${type})`;
              bars.push(bar);
            }
          }
          svg.replaceChildren(...bars);
          const last = ticks.filter((tick) => tick.at >= now - 1).reduce((sum, tick) => sum + Object.values(tick.counts).reduce((a, b) => a + b, 0), 0);
          byID("rate").textContent = (last / 10).toFixed(last < 100 ? 1 : 0) + " events a second";
        }
        function countTicks(added) {
          for (const entry of added) {
            const at = Math.floor(entry.at / 10000);
            let tick = ticks.at(-1);
            if (!tick || tick.at !== at) ticks.push(tick = { at, counts: {} });
            tick.counts[entry.event.type] = (tick.counts[entry.event.type] || 0) + 1;
          }
        }
        """#
}
#endif
