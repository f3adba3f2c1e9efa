# This source file is part of the swift-tracify open source project
# Copyright (c) 2026 the swift-tracify project authors
# SPDX-License-Identifier: Apache-2.0

"""Measures what tracking costs a Hummingbird server whose page is nearly nothing: under load with wrk, and in instructions with callgrind."""

import http.client
import os
import re
import statistics
import subprocess
import tempfile
from pathlib import Path

MODES = {
    "again": "the bare server again",
    "tracked": "tracked, into a sink that does nothing",
    "delivered": "tracked and delivered over loopback HTTP",
    "metrics": "Hummingbird's `MetricsMiddleware`",
}
FIELDS = {
    "Cache-Control": "max-age=0", "sec-ch-ua": '"Chromium";v="126", "Not.A/Brand";v="24"', "sec-ch-ua-mobile": "?0",
    "sec-ch-ua-platform": '"macOS"', "Upgrade-Insecure-Requests": "1",
    "User-Agent": "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36",
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8",
    "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-User": "?1", "Sec-Fetch-Dest": "document",
    "Referer": "https://news.example/articles/1", "Accept-Encoding": "gzip, deflate, br, zstd", "Accept-Language": "en-GB,en;q=0.9",
}
PATH = "/products/shoes-%d?utm_source=fb&utm_medium=paid&trc_mcmp_id=120206067078490109&trc_mag_id=1202060"
# Paths that differ, so that the parts of a request are not always in the processor's cache.
SCRIPT = f"""
local requests, index = {{}}, 0
init = function()
    for number = 1, 1000 do requests[number] = wrk.format("GET", string.format("{PATH}", number)) end
end
request = function()
    index = index % 1000 + 1
    return requests[index]
end
"""


class Server:
    def __init__(self, program, mode, sink, *wrapper):
        self.process = subprocess.Popen(
            [*wrapper, program, "bare" if mode == "again" else mode], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True, env={**os.environ, "SINK": sink, "SWIFT_DETERMINISTIC_HASHING": "1"},
        )
        self.port = int(self.process.stdout.readline())

    def cpu(self):
        """The CPU time of the process so far, in seconds."""
        values = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(") ", 1)[1].split()
        return (int(values[11]) + int(values[12])) / os.sysconf("SC_CLK_TCK")

    def end(self):
        """Ends the server; returns what it wrote."""
        return self.process.communicate(timeout=60)


def load(server, script, seconds):
    """Returns the requests a second, and the CPU of a request in microseconds."""
    fields = [argument for name, value in FIELDS.items() for argument in ("-H", f"{name}: {value}")]
    before = server.cpu()
    text = subprocess.run(
        ["wrk", "-t1", "-c32", f"-d{seconds}s", "-s", script, *fields, f"http://127.0.0.1:{server.port}/"],
        stdout=subprocess.PIPE, text=True, check=True, timeout=seconds + 30,
    ).stdout
    if "Non-2xx" in text or "Socket errors" in text:
        raise RuntimeError(text)
    count = int(re.search(r"(\d+) requests in", text).group(1))
    return float(re.search(r"Requests/sec:\s+([\d.]+)", text).group(1)), (server.cpu() - before) / count * 1e6


def under_load(program, sink, progress, rounds=6, seconds=4):
    """Returns for each mode the requests a second, the ratio to the bare server beside it, its range, and the CPU of a request."""
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(SCRIPT)
        script.flush()
        servers = {mode: Server(program, mode, sink) for mode in ("bare", *MODES)}
        for server in servers.values():
            load(server, script.name, 1)
        runs = {mode: [] for mode in servers}
        for number in range(rounds):
            for mode in MODES:
                progress(f"wrk: {mode}, pair {number + 1} of {rounds}")
                # Each beside the bare server, in both orders: the machine's speed changes within seconds.
                pair = ("bare", mode) if number % 2 else (mode, "bare")
                results = {name: load(servers[name], script.name, seconds) for name in pair}
                runs[mode].append((*results[mode], results[mode][0] / results["bare"][0], results[mode][1] - results["bare"][1]))
                runs["bare"].append(results["bare"])
        for server in servers.values():
            server.end()
    bare = runs.pop("bare")
    rows = [("bare", statistics.median(run[0] for run in bare), 1, None, statistics.median(run[1] for run in bare), 0)]
    for mode, name in MODES.items():
        rate, cpu, ratio, added = (statistics.median(values) for values in zip(*runs[mode]))
        ratios = [run[2] for run in runs[mode]]
        rows.append((name, rate, ratio, (min(ratios), max(ratios)), cpu, added))
    return rows


def instructions(program, sink, progress, count=1000):
    """Returns the instructions of a request for each mode, by callgrind."""
    with tempfile.TemporaryDirectory() as folder:
        # Valgrind may stop at Swift's debugging information.
        stripped = Path(folder) / "HelloServer"
        subprocess.run(["strip", "--strip-debug", "-o", stripped, program], check=True)

        def total(mode, requests):
            server = Server(stripped, mode, sink, "valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null")
            connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
            for number in range(requests):
                connection.request("GET", PATH % (number % 1000), headers=FIELDS)
                response = connection.getresponse()
                if response.status != 200 or not response.read():
                    raise RuntimeError(f"status {response.status}")
            connection.close()
            return int(re.search(r"Collected : (\d+)", server.end()[1]).group(1))

        figures = {}
        for mode in ("bare", "queued", "tracked", "metrics"):
            progress(f"instructions: {mode}")
            # The difference of two runs is that of the requests, without the start.
            figures[mode] = (total(mode, 2 * count) - total(mode, count)) / count
        return figures
