//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import BenchmarkSupport
import Tracify

// Measures the whole way of page views, from the caller to another process, and how its cost grows. Run by `Benchmarks/run`, which starts
// the other process. Each command prints one line of JSON.
//
//     deliver BATCH discard|http|store [EVENTS]   as many page views as can be delivered
//     paced RATE VISITORS http|down|store         page views at a rate, for five seconds
//     burst COUNT                                 page views at once, with the default limits
//     threads COUNT                               callers beside a running exporter: the cost of a call, and its percentiles
//     cold                                        the same for one caller whose requests are not in the processor's cache
//     memory                                      resident memory of a queued page view
//     encoder [COUNT]                             Foundation's JSONEncoder with the same events, for comparison
//     file                                        the file sink beside a plain write
//
//   SINK   the port of the sink, in the environment, for `http` and `store`

let arguments = CommandLine.arguments.dropFirst()
let usage = Failure("Pipeline deliver|paced|burst|threads|cold|memory|encoder|file …; see main.swift")
guard let command = arguments.first else { throw usage }
let values = Array(arguments.dropFirst())

func number(_ index: Int, or value: Int? = nil) throws -> Int {
    guard values.indices.contains(index) else {
        guard let value else { throw usage }
        return value
    }
    guard let number = Int(values[index]) else { throw usage }
    return number
}

func destination(_ index: Int) throws -> Pipeline.Destination {
    guard values.indices.contains(index), let destination = Pipeline.Destination(rawValue: values[index]) else { throw usage }
    return destination
}

let result: Result
switch command {
case "deliver":
    result = try await Pipeline.deliver(number(2, or: 600_000), batch: number(0), to: destination(1))
case "paced":
    result = try await Pipeline.paced(rate: number(0), visitors: number(1), to: destination(2))
case "burst":
    result = try await Pipeline.burst(number(0))
case "threads":
    result = try await Pipeline.callers(number(0), distinct: 100)
case "cold":
    result = try await Pipeline.callers(1, distinct: 20_000)
case "memory":
    result = try Pipeline.memory()
case "encoder":
    result = try Baselines.encoder(number(0, or: 5000))
case "file":
    result = try await Baselines.file()
default:
    throw usage
}
print(result.json)
