//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

// The system's libcrypto (OpenSSL 3), for SHA-256 only. It is the system's so that its security
// updates reach us without a release of ours, and so that the build stays free of a second copy.
#include <openssl/evp.h>
