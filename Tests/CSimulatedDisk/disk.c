//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#include "internal.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void simdisk_lock(simdisk *disk) { pthread_mutex_lock(&disk->mutex); }

void simdisk_unlock_mutex(simdisk *disk) { pthread_mutex_unlock(&disk->mutex); }

simdisk *simdisk_create(uint64_t seed, int characteristics) {
    static atomic_int counter;
    simdisk *disk = calloc(1, sizeof(simdisk));
    if (disk == NULL) abort();
    pthread_mutex_init(&disk->mutex, NULL);
    disk->records = true;
    disk->limit = -1;
    disk->random_state = seed;
    disk->characteristics = characteristics;
    snprintf(disk->vfs_name, sizeof(disk->vfs_name), "simulated-disk-%d", atomic_fetch_add(&counter, 1));
    simdisk_register_vfs(disk);
    return disk;
}

void simdisk_destroy(simdisk *disk) {
    simdisk_unregister_vfs(disk);
    simdisk_clear(disk);
    free(disk->files);
    free(disk->log);
    pthread_mutex_destroy(&disk->mutex);
    free(disk);
}

void simdisk_clear(simdisk *disk) {
    for (int file = 0; file < disk->file_count; file++) free(disk->files[file].content.bytes);
    for (int file = 0; file < disk->base_file_count; file++) free(disk->base_files[file].bytes);
    free(disk->base_files);
    for (int64_t index = 0; index < disk->log_length; index++) {
        free(disk->log[index].bytes);
        free(disk->log[index].path);
        free(disk->log[index].new_path);
    }
    simdisk_names_clear(&disk->names);
    simdisk_names_clear(&disk->base_names);
    disk->base_files = NULL;
    disk->file_count = disk->base_file_count = 0;
    disk->log_length = 0;
}

const char *simdisk_vfs_name(const simdisk *disk) { return disk->vfs_name; }

// MARK: - Log

int64_t simdisk_log_length(simdisk *disk) {
    simdisk_lock(disk);
    int64_t length = disk->log_length;
    simdisk_unlock_mutex(disk);
    return length;
}

int simdisk_log_kind(simdisk *disk, int64_t index) {
    simdisk_lock(disk);
    int kind = index >= 0 && index < disk->log_length ? disk->log[index].kind : -1;
    simdisk_unlock_mutex(disk);
    return kind;
}

int simdisk_log_file(simdisk *disk, int64_t index) {
    simdisk_lock(disk);
    int file = index >= 0 && index < disk->log_length ? disk->log[index].file : -1;
    simdisk_unlock_mutex(disk);
    return file;
}

static void record(simdisk *disk, simdisk_operation operation, const void *bytes, const char *path, const char *new_path) {
    if (!disk->records || disk->is_halted) return;
    if (disk->log_length == disk->log_capacity) {
        disk->log_capacity = disk->log_capacity * 2 + 256;
        disk->log = realloc(disk->log, (size_t)disk->log_capacity * sizeof(simdisk_operation));
        if (disk->log == NULL) abort();
    }
    if (bytes != NULL) {
        operation.bytes = malloc((size_t)operation.count + 1);
        if (operation.bytes == NULL) abort();
        memcpy(operation.bytes, bytes, (size_t)operation.count);
    }
    if (path != NULL) operation.path = strdup(path);
    if (new_path != NULL) operation.new_path = strdup(new_path);
    disk->log[disk->log_length++] = operation;
}

// MARK: - Faults

void simdisk_fail(simdisk *disk, int kind, int64_t after, int result, int64_t times) {
    if (kind < 0 || kind >= SIMDISK_KINDS) return;
    simdisk_lock(disk);
    disk->faults[kind] = (simdisk_fault){.after = after, .times = times, .result = result};
    simdisk_unlock_mutex(disk);
}

void simdisk_drop_syncs(simdisk *disk, bool drops) {
    simdisk_lock(disk);
    disk->drops_syncs = drops;
    simdisk_unlock_mutex(disk);
}

void simdisk_limit(simdisk *disk, int64_t bytes) {
    simdisk_lock(disk);
    disk->limit = bytes;
    simdisk_unlock_mutex(disk);
}

void simdisk_halt(simdisk *disk) {
    simdisk_lock(disk);
    disk->is_halted = true;
    simdisk_unlock_mutex(disk);
}

// Returns the result of the fault that is due for an operation.
static int fault(simdisk *disk, int kind) {
    if (disk->is_halted) return SIMDISK_FAILED;
    simdisk_fault *fault = &disk->faults[kind];
    if (fault->times <= 0) return SIMDISK_OK;
    if (fault->after > 0) {
        fault->after--;
        return SIMDISK_OK;
    }
    fault->times--;
    return fault->result;
}

static int fault_of_growth(simdisk *disk, int file, int64_t size) {
    if (disk->limit < 0 || size <= disk->files[file].content.size) return SIMDISK_OK;
    int64_t used = 0;
    for (int index = 0; index < disk->names.count; index++) used += disk->files[disk->names.items[index].file].content.size;
    return used + size - disk->files[file].content.size > disk->limit ? SIMDISK_FULL : SIMDISK_OK;
}

// MARK: - Files

int simdisk_add_file(simdisk *disk) {
    if (disk->file_count == disk->file_capacity) {
        disk->file_capacity = disk->file_capacity * 2 + 8;
        disk->files = realloc(disk->files, (size_t)disk->file_capacity * sizeof(simdisk_file));
        if (disk->files == NULL) abort();
    }
    disk->files[disk->file_count] = (simdisk_file){0};
    return disk->file_count++;
}

int simdisk_open(simdisk *disk, const char *path, bool creates) {
    simdisk_lock(disk);
    int file = simdisk_names_find(&disk->names, path);
    if (disk->is_halted) {
        file = SIMDISK_FAILED;
    } else if (file < 0 && !creates) {
        file = SIMDISK_MISSING;
    } else if (file < 0) {
        int result = fault(disk, SIMDISK_CREATE);
        if (result == SIMDISK_OK) {
            file = simdisk_add_file(disk);
            simdisk_names_set(&disk->names, path, file);
            record(disk, (simdisk_operation){.kind = SIMDISK_CREATE, .file = file}, NULL, path, NULL);
        } else {
            file = result;
        }
    }
    simdisk_unlock_mutex(disk);
    return file;
}

bool simdisk_exists(simdisk *disk, const char *path) {
    simdisk_lock(disk);
    bool exists = simdisk_names_find(&disk->names, path) >= 0;
    simdisk_unlock_mutex(disk);
    return exists;
}

int64_t simdisk_size(simdisk *disk, int file) {
    simdisk_lock(disk);
    int64_t size = disk->files[file].content.size;
    simdisk_unlock_mutex(disk);
    return size;
}

int64_t simdisk_read(simdisk *disk, int file, void *bytes, int64_t count, int64_t offset) {
    simdisk_lock(disk);
    int64_t result = fault(disk, SIMDISK_READ);
    if (result == SIMDISK_OK) {
        const simdisk_buffer *content = &disk->files[file].content;
        result = content->size - offset < count ? content->size - offset : count;
        if (result < 0) result = 0;
        if (result > 0) memcpy(bytes, content->bytes + offset, (size_t)result);
    }
    simdisk_unlock_mutex(disk);
    return result;
}

int simdisk_write(simdisk *disk, int file, const void *bytes, int64_t count, int64_t offset) {
    simdisk_lock(disk);
    int result = fault(disk, SIMDISK_WRITE);
    if (result == SIMDISK_OK) result = fault_of_growth(disk, file, offset + count);
    if (result == SIMDISK_OK) {
        simdisk_buffer_write(&disk->files[file].content, bytes, count, offset);
        simdisk_operation operation = {.kind = SIMDISK_WRITE, .file = file, .offset = offset, .count = count};
        record(disk, operation, bytes, NULL, NULL);
    }
    simdisk_unlock_mutex(disk);
    return result;
}

int simdisk_resize(simdisk *disk, int file, int64_t size) {
    simdisk_lock(disk);
    int result = fault(disk, SIMDISK_RESIZE);
    if (result == SIMDISK_OK) result = fault_of_growth(disk, file, size);
    if (result == SIMDISK_OK) {
        simdisk_buffer_resize(&disk->files[file].content, size);
        record(disk, (simdisk_operation){.kind = SIMDISK_RESIZE, .file = file, .offset = size}, NULL, NULL, NULL);
    }
    simdisk_unlock_mutex(disk);
    return result;
}

static int synchronize(simdisk *disk, int kind, int file) {
    simdisk_lock(disk);
    int result = fault(disk, kind);
    bool is_lost = result != SIMDISK_OK || disk->drops_syncs;
    record(disk, (simdisk_operation){.kind = is_lost ? SIMDISK_SYNC_LOST : kind, .file = file}, NULL, NULL, NULL);
    simdisk_unlock_mutex(disk);
    return result;
}

int simdisk_sync(simdisk *disk, int file) { return synchronize(disk, SIMDISK_SYNC, file); }

int simdisk_sync_directory(simdisk *disk) { return synchronize(disk, SIMDISK_SYNC_DIRECTORY, -1); }

bool simdisk_try_lock(simdisk *disk, int file) {
    simdisk_lock(disk);
    bool is_free = !disk->files[file].is_locked;
    disk->files[file].is_locked = true;
    simdisk_unlock_mutex(disk);
    return is_free;
}

void simdisk_unlock(simdisk *disk, int file) {
    simdisk_lock(disk);
    disk->files[file].is_locked = false;
    simdisk_unlock_mutex(disk);
}

// MARK: - Names

int simdisk_unlink(simdisk *disk, const char *path) {
    simdisk_lock(disk);
    int file = simdisk_names_find(&disk->names, path);
    int result = file < 0 ? SIMDISK_MISSING : fault(disk, SIMDISK_UNLINK);
    if (result == SIMDISK_OK) {
        simdisk_names_remove(&disk->names, path);
        record(disk, (simdisk_operation){.kind = SIMDISK_UNLINK, .file = file}, NULL, path, NULL);
    }
    simdisk_unlock_mutex(disk);
    return result;
}

int simdisk_rename(simdisk *disk, const char *path, const char *new_path) {
    simdisk_lock(disk);
    int file = simdisk_names_find(&disk->names, path);
    int result = file < 0 ? SIMDISK_MISSING : fault(disk, SIMDISK_RENAME);
    if (result == SIMDISK_OK) {
        simdisk_names_remove(&disk->names, path);
        simdisk_names_set(&disk->names, new_path, file);
        record(disk, (simdisk_operation){.kind = SIMDISK_RENAME, .file = file}, NULL, path, new_path);
    }
    simdisk_unlock_mutex(disk);
    return result;
}

int simdisk_name_count(simdisk *disk) {
    simdisk_lock(disk);
    int count = disk->names.count;
    simdisk_unlock_mutex(disk);
    return count;
}

bool simdisk_copy_name(simdisk *disk, int index, char *buffer, int64_t capacity) {
    simdisk_lock(disk);
    bool exists = index >= 0 && index < disk->names.count;
    if (exists) snprintf(buffer, (size_t)capacity, "%s", disk->names.items[index].path);
    simdisk_unlock_mutex(disk);
    return exists;
}
