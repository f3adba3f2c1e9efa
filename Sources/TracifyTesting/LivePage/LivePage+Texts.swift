//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if TestKit
extension LivePage {
    /// What an event is in words, and in the forms that the page copies.
    static let scriptOfTexts = #"""
        const types = {
          pageview: "page view", productview: "product view", addtocart: "add to cart", purchase: "order", conversion: "conversion",
          postpurchasesurvey: "survey answer",
        };
        const classes = { 1: "email", 2: "session", 3: "address", 4: "user agent" };
        const contractKey = /^(origin|referer|order_id|conversion_id|currency|amount|value|cc|source|medium|(ITEM|AMT|QTY)\d+)$/i;

        function element(tag, name, text) {
          const result = document.createElement(tag);
          if (name) result.className = name;
          if (text !== undefined) result.textContent = text;
          return result;
        }
        function path(url) {
          const start = url.indexOf("/", url.indexOf("//") + 2);
          return start < 0 ? url : url.slice(start);
        }
        // One for all: `toLocaleTimeString` makes a new one each time, which took half of the time of a row.
        const timeFormat = new Intl.DateTimeFormat([], { hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false });
        function clock(milliseconds) { return timeFormat.format(milliseconds); }
        function happened(event) { return Date.parse(event.datetime.replace(" ", "T") + "Z"); }
        function identity(event, kind) {
          const entry = Object.entries(event.identity_data).find(([, value]) => Number(value) === kind);
          return entry ? entry[0] : "";
        }
        function parameters(event) { return Object.entries(event.data).filter(([key]) => !contractKey.test(key)); }
        function items(event) {
          const result = [];
          for (let n = 1; event.data["ITEM" + n] !== undefined; n++) {
            result.push({ name: event.data["ITEM" + n], amount: event.data["AMT" + n], quantity: event.data["QTY" + n] });
          }
          return result;
        }
        function orderID(event) { return event.data.order_id || event.data.conversion_id || ""; }
        function money(event) { return [event.data.amount || event.data.value, event.data.currency || event.data.cc].filter(Boolean).join(" "); }
        function campaign(event) { return parameters(event).map(([key, value]) => key + "=" + value).join(" "); }

        // The end of a row: what matters beside type and page.
        function note(event) {
          if (orderID(event)) return orderID(event) + " " + money(event);
          const list = items(event);
          if (list.length) return list.map((item) => item.quantity + " × " + item.name).join(", ");
          return event.data.utm_source || "";
        }
        function sentence(event) {
          const from = event.data.Referer ? ", from " + event.data.Referer : "";
          const known = identity(event, 1) ? " The email address is known, as a hash." : "";
          const what = {
            pageview: "A visitor opened " + event.url,
            productview: "A visitor opened the product's page " + event.url,
            addtocart: "A visitor put something into the cart on " + event.url,
            purchase: "A visitor placed the order " + event.data.order_id + " of " + money(event),
            conversion: "A visitor completed the conversion " + event.data.conversion_id + " of " + money(event),
            postpurchasesurvey: "A visitor said after the order " + event.data.order_id + " where the shop was found",
          }[event.type] || event.type;
          return what + from + "." + known;
        }

        const swift = (text) => JSON.stringify(String(text));
        function swiftItem(item) {
          return `try LineItem(name: ${swift(item.name)}, amount: Amount(${swift(item.amount)}), quantity: ${item.quantity})`;
        }
        // The event as an expectation of `withTestTracker`.
        function expectation(event) {
          const page = swift(path(event.url));
          const currency = "." + String(event.data.currency || event.data.cc || "eur").toLowerCase();
          const amount = `Amount(${swift(event.data.amount || event.data.value)})`;
          const pairs = parameters(event).map(([key, value]) => `${swift(key)}: ${swift(value)}`).join(", ");
          const list = items(event).map(swiftItem).join(", ");
          switch (event.type) {
            case "pageview": return pairs ? `.pageView(${page}, parameters: [${pairs}])` : `.pageView(${page})`;
            case "productview": return `.productView(${page})`;
            case "addtocart": return `.addToCart([${list}], on: ${page})`;
            case "purchase":
              return `.purchase(try Order(id: ${swift(orderID(event))}, currency: ${currency}, amount: ${amount}, items: [${list}]), on: ${page})`;
            case "conversion":
              return `.conversion(try Conversion(id: ${swift(orderID(event))}, currency: ${currency}, amount: ${amount}), on: ${page})`;
            default: return ".surveyAnswer()";
          }
        }
        function quoted(text) { return "'" + text.replaceAll("'", "'\\''") + "'"; }
        function curl(event) {
          return `curl ${quoted(location.origin + "/api/v1/events")} -H 'Content-Type: application/json' -H 'tracify-token: TOKEN' -d `
            + quoted(JSON.stringify({ events: [event] }));
        }
        async function copy(text, button) {
          const label = button.textContent;
          try {
            await navigator.clipboard.writeText(text);
          } catch {
            // Without a secure context there is no clipboard.
            const area = element("textarea");
            area.value = text;
            document.body.append(area);
            area.select();
            document.execCommand("copy");
            area.remove();
          }
          button.textContent = "Copied";
          setTimeout(() => { button.textContent = label; }, 1500);
        }
        function table(caption, rows) {
          const result = element("table");
          result.append(element("caption", "", caption));
          for (const [name, value] of rows) {
            const row = element("tr"), head = element("th", "", name);
            head.scope = "row";
            row.append(head, element("td", "", value));
            result.append(row);
          }
          return result;
        }
        """#
}
#endif
