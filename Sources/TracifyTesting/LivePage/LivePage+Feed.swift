//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if TestKit
extension LivePage {
    /// The tabs, and the stream that keeps everything up to date.
    static let scriptOfFeed = #"""
        const tabs = [...document.querySelectorAll("[role=tab]")];
        let visible = "events", fault = "", isStale = {}, lastTimeline = 0;

        function select(name, isFocused) {
          visible = name;
          for (const tab of tabs) {
            const isSelected = tab.id === "tab-" + name;
            tab.setAttribute("aria-selected", isSelected);
            tab.tabIndex = isSelected ? 0 : -1;
            byID(tab.getAttribute("aria-controls")).hidden = !isSelected;
            if (isSelected && isFocused) tab.focus();
          }
          render(true);
        }
        tabs.forEach((tab, index) => {
          const name = tab.id.slice(4);
          tab.addEventListener("click", () => { location.hash = name; });
          tab.addEventListener("keydown", (key) => {
            const step = { ArrowRight: 1, ArrowLeft: -1 }[key.key];
            if (!step) return;
            const next = tabs[(index + step + tabs.length) % tabs.length];
            location.hash = next.id.slice(4);
            next.focus();
          });
        });
        addEventListener("hashchange", selectByAddress);
        function selectByAddress() {
          const name = location.hash.slice(1);
          select(tabs.some((tab) => tab.id === "tab-" + name) ? name : "events");
        }

        // Draws the visible view, and others only once they are visible.
        function render(isSelected) {
          if (visible === "visitors" && (isSelected || isStale.events)) { renderVisitors(); isStale.events = false; }
          if (visible === "deliveries" && (isSelected || isStale.deliveries)) { renderDeliveries(); isStale.deliveries = false; }
          if (visible === "skipped" && (isSelected || isStale.skipped)) { renderSkipped(); isStale.skipped = false; }
          if (visible === "faults") renderFaults(fault);
          if (Date.now() - lastTimeline > 1000) { renderTimeline(); lastTimeline = Date.now(); }
        }
        function take(message) {
          if (message.first) {
            events = []; waiting = []; deliveries = []; skipped = []; ticks = [];
            byID("events").replaceChildren();
          }
          counts = message.counts;
          health = message.health;
          fault = message.fault;
          takeDeliveries(message.deliveries);
          skipped = skipped.concat(message.skipped).slice(-keptDeliveries);
          countTicks(message.events);
          if (message.first) { events = message.events.filter((entry) => entry.n > clearedUntil); renderEvents(); } else takeEvents(message.events);
          isStale = { events: isStale.events || message.events.length, deliveries: isStale.deliveries || message.deliveries.length,
            skipped: isStale.skipped || message.skipped.length };
          renderCounters(message.total, message.rejected);
          byID("tab-deliveries").textContent = deliveries.some((entry) => !entry.accepted) ? "Deliveries (failed)" : "Deliveries";
          byID("health").hidden = health === null;
          byID("health").textContent = health === null ? "" : health.healthy ? "The tracker is healthy" : "The tracker: " + health.problems[0].code;
          byID("health").className = health && !health.healthy ? "bad" : "good";
          if (/^https?:/.test(message.shop)) { byID("shop").href = message.shop; byID("shop").hidden = false; }
          render(false);
        }
        function connect() {
          const source = new EventSource("/feed");
          source.onopen = () => { byID("connection").textContent = "Live"; byID("connection").className = "good"; };
          source.onmessage = (message) => take(JSON.parse(message.data));
          source.onerror = () => {
            byID("connection").textContent = "The collector is gone; this page connects again";
            byID("connection").className = "bad";
            // After a refusal a browser does not connect again by itself.
            if (source.readyState === EventSource.CLOSED) { source.close(); setTimeout(connect, 1000); }
          };
        }
        setInterval(() => render(false), 1000);
        selectByAddress();
        connect();
        """#
}
#endif
