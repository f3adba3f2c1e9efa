//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

// The system's libnats (nats.c), the client of NATS and JetStream that is maintained with the server.
#include <nats/nats.h>
