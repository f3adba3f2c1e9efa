//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if TestKit
extension LivePage {
    static let markup = #"""
        <a class="skip" href="#main">Skip to the list</a>
        <header>
        <h1>Tracify collector</h1>
        <p id="connection" role="status">Connecting</p>
        <p id="health" hidden></p>
        <a id="shop" hidden>Open the shop</a>
        </header>
        <ul id="counters" aria-label="Accepted events by type"></ul>
        <figure>
        <svg id="timeline" viewBox="0 0 600 60" preserveAspectRatio="none" role="img" aria-label="Events of the last ten minutes"></svg>
        <figcaption><span>10 minutes ago</span><span id="rate"></span><span>now</span></figcaption>
        </figure>
        <div role="tablist" aria-label="Views">
        <button role="tab" id="tab-events" aria-controls="panel-events">Events</button>
        <button role="tab" id="tab-visitors" aria-controls="panel-visitors">Visitors</button>
        <button role="tab" id="tab-deliveries" aria-controls="panel-deliveries">Deliveries</button>
        <button role="tab" id="tab-skipped" aria-controls="panel-skipped">Skipped</button>
        <button role="tab" id="tab-faults" aria-controls="panel-faults">Faults</button>
        </div>
        <main id="main">
        <section role="tabpanel" id="panel-events" aria-labelledby="tab-events">
        <div class="tools">
        <input type="search" id="search" aria-label="Search events" placeholder="URL, order, parameter or visitor">
        <select id="type" aria-label="Type of events"><option value="">All types</option></select>
        <button id="pause" aria-pressed="false">Pause</button>
        <button id="clear">Clear</button>
        <button id="download">Download</button>
        </div>
        <p id="shown" class="note"></p>
        <ol id="events" class="list"></ol>
        <button id="more" hidden>Show more</button>
        </section>
        <section role="tabpanel" id="panel-visitors" aria-labelledby="tab-visitors">
        <p class="note">A visitor is a session: the hash of an address and a user agent. Journeys are of the events that this page has.</p>
        <ol id="visitors" class="list"></ol>
        </section>
        <section role="tabpanel" id="panel-deliveries" aria-labelledby="tab-deliveries">
        <p class="note">The requests to the events API with their responses, the newest first.</p>
        <ol id="deliveries" class="list"></ol>
        </section>
        <section role="tabpanel" id="panel-skipped" aria-labelledby="tab-skipped">
        <p id="skipped-note" class="note"></p>
        <ol id="skipped" class="list"></ol>
        </section>
        <section role="tabpanel" id="panel-faults" aria-labelledby="tab-faults">
        <p id="fault" role="status"></p>
        <fieldset>
        <legend>The responses that fail</legend>
        <label><input type="radio" name="extent" value="" checked> the next one</label>
        <label><input type="radio" name="extent" value="always"> all, until you end it</label>
        </fieldset>
        <div id="fault-buttons" class="tools"></div>
        <h2>The tracker's health</h2>
        <dl id="health-details"></dl>
        </section>
        </main>
        <noscript><p>This page needs JavaScript. The events are at <a href="/events">/events</a>.</p></noscript>
        """#
}
#endif
