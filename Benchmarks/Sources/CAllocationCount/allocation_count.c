//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

// Counts allocations by standing in front of glibc's functions: the linker prefers the executable's own.
#include "allocation_count.h"
#include <stdatomic.h>
#include <stddef.h>

static _Atomic uint64_t count;

uint64_t allocation_count(void) { return atomic_load_explicit(&count, memory_order_relaxed); }

#if defined(__GLIBC__)
extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);

static void add_one(void) { atomic_fetch_add_explicit(&count, 1, memory_order_relaxed); }

void *malloc(size_t size) { add_one(); return __libc_malloc(size); }
void *calloc(size_t n, size_t size) { add_one(); return __libc_calloc(n, size); }
void *realloc(void *p, size_t size) { add_one(); return __libc_realloc(p, size); }
void *aligned_alloc(size_t alignment, size_t size) { add_one(); return __libc_memalign(alignment, size); }
int posix_memalign(void **p, size_t alignment, size_t size) {
    add_one();
    *p = __libc_memalign(alignment, size);
    return *p ? 0 : 12;
}
#endif
