#pragma once
#include <stdint.h>

/// How often the process has allocated memory so far. Always 0 where the C library is not glibc.
uint64_t allocation_count(void);
