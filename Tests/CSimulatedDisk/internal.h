//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#ifndef SIMDISK_INTERNAL_H
#define SIMDISK_INTERNAL_H

#include <pthread.h>
#include <stddef.h>

#include "include/CSimulatedDisk.h"

// A growing array of bytes.
typedef struct {
    uint8_t *bytes;
    int64_t size;
    int64_t capacity;
} simdisk_buffer;

void simdisk_buffer_resize(simdisk_buffer *buffer, int64_t size);
void simdisk_buffer_write(simdisk_buffer *buffer, const void *bytes, int64_t count, int64_t offset);
void simdisk_buffer_copy(simdisk_buffer *buffer, const simdisk_buffer *source);

typedef struct {
    char *path;
    int file;
} simdisk_name;

// The names of a directory.
typedef struct {
    simdisk_name *items;
    int count;
    int capacity;
} simdisk_names;

// The file with a name, or -1.
int simdisk_names_find(const simdisk_names *names, const char *path);
void simdisk_names_set(simdisk_names *names, const char *path, int file);
void simdisk_names_remove(simdisk_names *names, const char *path);
void simdisk_names_copy(simdisk_names *names, const simdisk_names *source);
void simdisk_names_clear(simdisk_names *names);

typedef struct {
    simdisk_buffer content;
    bool is_locked;
} simdisk_file;

typedef struct {
    int kind;
    int file;
    int64_t offset;  // Of a write; the size for a resize.
    int64_t count;
    uint8_t *bytes;
    char *path;
    char *new_path;
} simdisk_operation;

typedef struct {
    int64_t after;
    int64_t times;
    int result;
} simdisk_fault;

struct simdisk {
    pthread_mutex_t mutex;
    simdisk_file *files;
    int file_count;
    int file_capacity;
    simdisk_names names;
    // The content at the beginning of the log.
    simdisk_buffer *base_files;
    int base_file_count;
    simdisk_names base_names;
    bool records;
    simdisk_operation *log;
    int64_t log_length;
    int64_t log_capacity;
    simdisk_fault faults[SIMDISK_KINDS];
    bool drops_syncs;
    bool is_halted;
    int64_t limit;
    uint64_t random_state;
    int64_t time;
    int characteristics;
    char vfs_name[40];
    void *vfs;
};

void simdisk_lock(simdisk *disk);
void simdisk_unlock_mutex(simdisk *disk);
int simdisk_add_file(simdisk *disk);
// Deletes all content, the log included.
void simdisk_clear(simdisk *disk);
uint64_t simdisk_mix(uint64_t value);
uint64_t simdisk_random(simdisk *disk);
void simdisk_register_vfs(simdisk *disk);
void simdisk_unregister_vfs(simdisk *disk);

#endif
