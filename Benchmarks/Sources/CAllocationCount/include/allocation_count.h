//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#pragma once
#include <stdint.h>

/// How often the process has allocated memory so far. Always 0 where the C library is not glibc.
uint64_t allocation_count(void);
