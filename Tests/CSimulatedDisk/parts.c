//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#include "internal.h"

#include <stdlib.h>
#include <string.h>

// MARK: - Buffers

void simdisk_buffer_resize(simdisk_buffer *buffer, int64_t size) {
    if (size > buffer->capacity) {
        int64_t capacity = buffer->capacity * 2 > size ? buffer->capacity * 2 : size;
        uint8_t *bytes = realloc(buffer->bytes, (size_t)capacity);
        if (bytes == NULL) abort();  // A test without memory cannot go on.
        buffer->bytes = bytes;
        buffer->capacity = capacity;
    }
    if (size > buffer->size) memset(buffer->bytes + buffer->size, 0, (size_t)(size - buffer->size));
    buffer->size = size;
}

void simdisk_buffer_write(simdisk_buffer *buffer, const void *bytes, int64_t count, int64_t offset) {
    if (count <= 0) return;
    if (offset + count > buffer->size) simdisk_buffer_resize(buffer, offset + count);
    memcpy(buffer->bytes + offset, bytes, (size_t)count);
}

void simdisk_buffer_copy(simdisk_buffer *buffer, const simdisk_buffer *source) {
    buffer->size = 0;
    simdisk_buffer_write(buffer, source->bytes, source->size, 0);
}

// MARK: - Names

static int index_of(const simdisk_names *names, const char *path) {
    for (int index = 0; index < names->count; index++) {
        if (strcmp(names->items[index].path, path) == 0) return index;
    }
    return -1;
}

int simdisk_names_find(const simdisk_names *names, const char *path) {
    int index = index_of(names, path);
    return index < 0 ? -1 : names->items[index].file;
}

void simdisk_names_set(simdisk_names *names, const char *path, int file) {
    int index = index_of(names, path);
    if (index >= 0) {
        names->items[index].file = file;
        return;
    }
    if (names->count == names->capacity) {
        names->capacity = names->capacity * 2 + 8;
        names->items = realloc(names->items, (size_t)names->capacity * sizeof(simdisk_name));
        if (names->items == NULL) abort();
    }
    names->items[names->count++] = (simdisk_name){.path = strdup(path), .file = file};
}

void simdisk_names_remove(simdisk_names *names, const char *path) {
    int index = index_of(names, path);
    if (index < 0) return;
    free(names->items[index].path);
    names->items[index] = names->items[--names->count];
}

void simdisk_names_copy(simdisk_names *names, const simdisk_names *source) {
    simdisk_names_clear(names);
    for (int index = 0; index < source->count; index++) {
        simdisk_names_set(names, source->items[index].path, source->items[index].file);
    }
}

void simdisk_names_clear(simdisk_names *names) {
    for (int index = 0; index < names->count; index++) free(names->items[index].path);
    free(names->items);
    *names = (simdisk_names){0};
}

// MARK: - Numbers

// The finalizer of SplitMix64.
uint64_t simdisk_mix(uint64_t value) {
    value += 0x9e3779b97f4a7c15;
    value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
    value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
    return value ^ (value >> 31);
}

uint64_t simdisk_random(simdisk *disk) {
    disk->random_state += 0x9e3779b97f4a7c15;
    return simdisk_mix(disk->random_state);
}
