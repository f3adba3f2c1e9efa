#!/usr/bin/env python3
# This source file is part of the swift-tracify open source project
# Copyright (c) 2026 the swift-tracify project authors
# SPDX-License-Identifier: Apache-2.0

"""Delivers page views with another tracker's SDK, as fast as it can, and prints its figures as one line of JSON.

    peers.py snowplow|segment|posthog|opentelemetry COUNT PORT

The queue of each is as long as the number of events and its batches have 100 events, so that none has to lose any; everything else is as
the SDK has it by default. The sink is a process of its own (Sources/Sink) and counts what arrives.
"""

import json
import logging
import resource
import sys
import time
import urllib.request

BATCH = 100
AGENT = (
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.%d.0 Safari/537.36"
)
QUERY = "utm_source=fb&utm_medium=paid&trc_mcmp_id=120206067078490109&trc_mag_id=1202060"


def pages(count):
    """The page views: address, page, referrer, visitor, user agent and campaign, 20,000 different ones of 1,000 visitors."""
    campaign = dict(part.split("=") for part in QUERY.split("&"))
    made = [
        (
            f"203.0.{113 + index % 1000 // 250}.{index % 250}",
            f"https://www.shop.example/products/shoes-{index}?{QUERY}",
            f"https://news.example/articles/{index}",
            f"visitor-{index % 1000}",
            AGENT % (index % 1000),
            campaign,
        )
        for index in range(20_000)
    ]
    return (made[index % len(made)] for index in range(count))


def snowplow(count, port):
    from snowplow_tracker import AsyncEmitter, PageView, Subject, Tracker

    emitter = AsyncEmitter("127.0.0.1", protocol="http", port=port, batch_size=BATCH, buffer_capacity=count + 1)
    tracker = Tracker(namespace="shop", emitters=emitter, app_id="shop")

    def call(address, url, referrer, visitor, agent, campaign):
        subject = Subject().set_user_id(visitor).set_ip_address(address).set_useragent(agent)
        tracker.track(PageView(page_url=url, referrer=referrer, event_subject=subject))

    return call, lambda: tracker.flush()


def segment(count, port):
    from segment.analytics.client import Client

    client = Client("key", host=f"http://127.0.0.1:{port}", max_queue_size=count + 1, upload_size=BATCH)

    def call(address, url, referrer, visitor, agent, campaign):
        context = {"ip": address, "userAgent": agent, "page": {"referrer": referrer}, "campaign": campaign}
        client.page(anonymous_id=visitor, name="page", properties={"url": url}, context=context)

    return call, lambda: (client.flush(), client.join())


def posthog(count, port):
    from posthog import Posthog

    client = Posthog("key", host=f"http://127.0.0.1:{port}", max_queue_size=count + 1, flush_at=BATCH)

    def call(address, url, referrer, visitor, agent, campaign):
        properties = {"$current_url": url, "$referrer": referrer, "$ip": address, "$raw_user_agent": agent, **campaign}
        client.capture("$pageview", distinct_id=visitor, properties=properties)

    return call, lambda: client.shutdown()


def opentelemetry(count, port):
    from opentelemetry._logs import LogRecord, SeverityNumber
    from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
    from opentelemetry.sdk._logs import LoggerProvider
    from opentelemetry.sdk._logs.export import BatchLogRecordProcessor

    provider = LoggerProvider()
    exporter = OTLPLogExporter(endpoint=f"http://127.0.0.1:{port}/v1/logs")
    provider.add_log_record_processor(
        BatchLogRecordProcessor(exporter, max_queue_size=count + 1, max_export_batch_size=BATCH)
    )
    logger = provider.get_logger("shop")

    def call(address, url, referrer, visitor, agent, campaign):
        attributes = {
            "url.full": url, "http.request.header.referer": referrer, "client.address": address,
            "session.id": visitor, "user_agent.original": agent, **campaign,
        }
        now = time.time_ns()
        logger.emit(
            LogRecord(
                timestamp=now, observed_timestamp=now, severity_number=SeverityNumber.INFO, body="page_view",
                attributes=attributes,
            )
        )

    return call, lambda: provider.shutdown()


def received(port):
    """The number of events that the sink has received."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/") as response:
        return int(response.read().split()[0])


def main():
    name, count, port = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    logging.disable(logging.CRITICAL)
    views = list(pages(count))
    before = received(port)
    call, flush = globals()[name](count, port)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start, cpu = time.perf_counter(), time.process_time()
    for view in views:
        call(*view)
    called = time.perf_counter() - start
    flush()
    # A flush may return before the last response.
    deadline = time.perf_counter() + 60
    last, since = received(port), time.perf_counter()
    while last - before < count and time.perf_counter() < deadline and time.perf_counter() - since < 5:
        time.sleep(0.01)
        now = received(port)
        if now != last:
            last, since = now, time.perf_counter()
    ended = since if last - before < count else time.perf_counter()
    print(
        json.dumps(
            {
                "events_per_second": (last - before) / (ended - start),
                "cpu_microseconds_per_event": (time.process_time() - cpu) * 1e6 / count,
                "caller_nanoseconds": called * 1e9 / count,
                "lost": count - (last - before),
                "memory_mib": (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory) / 1024,
            }
        )
    )


main()
