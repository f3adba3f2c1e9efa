//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

// What a power loss leaves.
//
// A file's writes and resizes are durable after a sync of the file. Until then each of them may be lost, by itself. A name
// (created, deleted, renamed) is durable after a sync of the directory, and where the file system does so, after a sync of the
// file; until then it may be lost by itself. An operation that a failed or lying sync should have covered is not covered by a later
// one: the kernel marks its pages as clean (Rebello et al., "Can Applications Recover from fsync Failures?", USENIX ATC 2020).
#include "internal.h"

#include <stdlib.h>
#include <string.h>

enum { sector = 512 };

// An operation that is not part of the durable content yet.
typedef struct {
    int64_t index;  // In the log.
    bool is_durable;
    bool is_orphaned;  // A sync that should have covered it did not.
} entry;

typedef struct {
    entry *items;
    int64_t count;
    int64_t capacity;
    uint64_t key;  // Of the operations that are part of the durable content.
} entries;

typedef struct {
    simdisk_buffer durable;
    entries pending;
} walked_file;

struct simdisk_walk {
    simdisk *disk;
    bool names_with_files;
    int64_t point;
    walked_file *files;
    int file_count;
    simdisk_names durable_names;
    entries pending_names;
};

// Which part of an operation is left: all, nothing, or sectors.
typedef struct {
    enum { nothing, whole, first_sectors, some_sectors } kind;
    int64_t count;
    uint64_t seed;
} choice;

// Extends the key of a sequence of operations. The same operations have the same key, whether they are durable or chosen.
static uint64_t extend(uint64_t key, int64_t index, choice choice) {
    key = simdisk_mix(key ^ (uint64_t)index);
    return simdisk_mix(key ^ (uint64_t)choice.kind ^ ((uint64_t)choice.count << 8) ^ choice.seed);
}

// MARK: - Walking

static void append(entries *entries, int64_t index) {
    if (entries->count == entries->capacity) {
        entries->capacity = entries->capacity * 2 + 16;
        entries->items = realloc(entries->items, (size_t)entries->capacity * sizeof(entry));
        if (entries->items == NULL) abort();
    }
    entries->items[entries->count++] = (entry){.index = index};
}

static walked_file *file_at(simdisk_walk *walk, int file) {
    if (file >= walk->file_count) {
        walk->files = realloc(walk->files, (size_t)(file + 1) * sizeof(walked_file));
        if (walk->files == NULL) abort();
        memset(walk->files + walk->file_count, 0, (size_t)(file + 1 - walk->file_count) * sizeof(walked_file));
        walk->file_count = file + 1;
    }
    return &walk->files[file];
}

simdisk_walk *simdisk_walk_create(simdisk *disk, bool names_with_files) {
    simdisk_walk *walk = calloc(1, sizeof(simdisk_walk));
    if (walk == NULL) abort();
    walk->disk = disk;
    walk->names_with_files = names_with_files;
    simdisk_lock(disk);
    for (int file = 0; file < disk->base_file_count; file++) {
        simdisk_buffer_copy(&file_at(walk, file)->durable, &disk->base_files[file]);
    }
    simdisk_names_copy(&walk->durable_names, &disk->base_names);
    simdisk_unlock_mutex(disk);
    return walk;
}

void simdisk_walk_destroy(simdisk_walk *walk) {
    for (int file = 0; file < walk->file_count; file++) {
        free(walk->files[file].durable.bytes);
        free(walk->files[file].pending.items);
    }
    free(walk->files);
    free(walk->pending_names.items);
    simdisk_names_clear(&walk->durable_names);
    free(walk);
}

static void apply_to_content(simdisk_buffer *content, const simdisk_operation *operation) {
    if (operation->kind == SIMDISK_RESIZE) {
        simdisk_buffer_resize(content, operation->offset);
    } else {
        simdisk_buffer_write(content, operation->bytes, operation->count, operation->offset);
    }
}

static void apply_to_names(simdisk_names *names, const simdisk_operation *operation) {
    if (operation->kind == SIMDISK_CREATE) {
        simdisk_names_set(names, operation->path, operation->file);
    } else {
        // A later file of the same name keeps it, when only the operations of that one are durable.
        if (simdisk_names_find(names, operation->path) == operation->file) simdisk_names_remove(names, operation->path);
        if (operation->kind == SIMDISK_RENAME) simdisk_names_set(names, operation->new_path, operation->file);
    }
}

// Returns the number of durable operations at the beginning.
static int64_t durable_count(const entries *entries) {
    int64_t count = 0;
    while (count < entries->count && entries->items[count].is_durable) count++;
    return count;
}

static void drop_first(entries *entries, int64_t count) {
    for (int64_t index = 0; index < count; index++) {
        entries->key = extend(entries->key, entries->items[index].index, (choice){.kind = whole});
    }
    if (count == 0) return;
    memmove(entries->items, entries->items + count, (size_t)(entries->count - count) * sizeof(entry));
    entries->count -= count;
}

static void settle_file(simdisk_walk *walk, int file, bool is_durable) {
    walked_file *walked = file_at(walk, file);
    for (int64_t index = 0; index < walked->pending.count; index++) {
        entry *entry = &walked->pending.items[index];
        if (is_durable && !entry->is_orphaned) entry->is_durable = true;
        if (!is_durable && !entry->is_durable) entry->is_orphaned = true;
    }
    int64_t count = durable_count(&walked->pending);
    for (int64_t index = 0; index < count; index++) {
        apply_to_content(&walked->durable, &walk->disk->log[walked->pending.items[index].index]);
    }
    drop_first(&walked->pending, count);
}

// `file` is -1 for all names.
static void settle_names(simdisk_walk *walk, int file) {
    entries *pending = &walk->pending_names;
    for (int64_t index = 0; index < pending->count; index++) {
        const simdisk_operation *operation = &walk->disk->log[pending->items[index].index];
        if (file < 0 || (operation->file == file && operation->kind != SIMDISK_UNLINK)) pending->items[index].is_durable = true;
    }
    int64_t count = durable_count(pending);
    for (int64_t index = 0; index < count; index++) {
        apply_to_names(&walk->durable_names, &walk->disk->log[pending->items[index].index]);
    }
    drop_first(pending, count);
}

void simdisk_walk_to(simdisk_walk *walk, int64_t point) {
    simdisk_lock(walk->disk);
    for (; walk->point < point && walk->point < walk->disk->log_length; walk->point++) {
        const simdisk_operation *operation = &walk->disk->log[walk->point];
        switch (operation->kind) {
        case SIMDISK_WRITE:
        case SIMDISK_RESIZE: append(&file_at(walk, operation->file)->pending, walk->point); break;
        case SIMDISK_SYNC:
            settle_file(walk, operation->file, true);
            if (walk->names_with_files) settle_names(walk, operation->file);
            break;
        case SIMDISK_SYNC_LOST:
            if (operation->file >= 0) settle_file(walk, operation->file, false);
            break;
        case SIMDISK_SYNC_DIRECTORY: settle_names(walk, -1); break;
        default:
            (void)file_at(walk, operation->file);
            append(&walk->pending_names, walk->point);
            break;
        }
    }
    simdisk_unlock_mutex(walk->disk);
}

int64_t simdisk_walk_unsynced(const simdisk_walk *walk) {
    int64_t count = walk->pending_names.count;
    for (int file = 0; file < walk->file_count; file++) count += walk->files[file].pending.count;
    return count;
}

// MARK: - Choosing

static int64_t last_write(const simdisk_walk *walk) {
    int64_t last = -1;
    for (int file = 0; file < walk->file_count; file++) {
        const entries *pending = &walk->files[file].pending;
        for (int64_t index = pending->count - 1; index >= 0; index--) {
            entry entry = pending->items[index];
            if (entry.is_durable || walk->disk->log[entry.index].kind != SIMDISK_WRITE) continue;
            if (entry.index > last) last = entry.index;
            break;
        }
    }
    return last;
}

static int64_t sector_count(const simdisk_operation *operation) {
    int64_t first = operation->offset / sector;
    return (operation->offset + operation->count - 1) / sector - first + 1;
}

static choice choose(const simdisk_walk *walk, simdisk_policy policy, entry entry, int64_t last) {
    const simdisk_operation *operation = &walk->disk->log[entry.index];
    uint64_t random = simdisk_mix(policy.seed ^ simdisk_mix((uint64_t)entry.index));
    // Few, half or most of the operations, by the seed.
    static const uint64_t shares[] = {32, 128, 224};
    bool is_chosen = (random & 255) < shares[policy.seed % 3];
    if (entry.is_durable) return (choice){.kind = whole};
    switch (policy.kind) {
    case SIMDISK_KEEP_ALL: return (choice){.kind = whole};
    case SIMDISK_KEEP_SOME: return (choice){.kind = is_chosen ? whole : nothing};
    case SIMDISK_TEAR_LAST:
        if (entry.index != last) return (choice){.kind = whole};
        int64_t sectors = (int64_t)(policy.seed % (uint64_t)sector_count(operation));
        return (choice){.kind = sectors == 0 ? nothing : first_sectors, .count = sectors};
    case SIMDISK_KEEP_SECTORS:
        if (operation->kind != SIMDISK_WRITE) return (choice){.kind = is_chosen ? whole : nothing};
        return (choice){.kind = some_sectors, .seed = random};
    default: return (choice){.kind = nothing};
    }
}

static uint64_t key_of(const simdisk_walk *walk, const entries *entries, simdisk_policy policy, int64_t last) {
    uint64_t key = entries->key;
    for (int64_t index = 0; index < entries->count; index++) {
        choice choice = choose(walk, policy, entries->items[index], last);
        if (choice.kind != nothing) key = extend(key, entries->items[index].index, choice);
    }
    return key;
}

uint64_t simdisk_walk_key(const simdisk_walk *walk, simdisk_policy policy) {
    simdisk_lock(walk->disk);
    int64_t last = policy.kind == SIMDISK_TEAR_LAST ? last_write(walk) : -1;
    uint64_t key = key_of(walk, &walk->pending_names, policy, last);
    for (int file = 0; file < walk->file_count; file++) {
        key = simdisk_mix(key ^ key_of(walk, &walk->files[file].pending, policy, last));
    }
    simdisk_unlock_mutex(walk->disk);
    return key;
}

// MARK: - Images

static void apply_sectors(simdisk_buffer *content, const simdisk_operation *operation, choice choice) {
    int64_t end = operation->offset + operation->count;
    int64_t number = 0;
    for (int64_t start = operation->offset; start < end; number++) {
        int64_t next = (start / sector + 1) * sector < end ? (start / sector + 1) * sector : end;
        bool is_kept = choice.kind == first_sectors ? number < choice.count
                                                    : simdisk_mix(choice.seed + (uint64_t)number) % 2 == 0;
        if (is_kept) simdisk_buffer_write(content, operation->bytes + (start - operation->offset), next - start, start);
        start = next;
    }
}

void simdisk_walk_image(const simdisk_walk *walk, simdisk_policy policy, simdisk *target, bool records) {
    simdisk_lock(walk->disk);
    simdisk_lock(target);
    simdisk_clear(target);
    int64_t last = policy.kind == SIMDISK_TEAR_LAST ? last_write(walk) : -1;
    const simdisk_operation *log = walk->disk->log;
    simdisk_names_copy(&target->names, &walk->durable_names);
    for (int64_t index = 0; index < walk->pending_names.count; index++) {
        entry entry = walk->pending_names.items[index];
        if (choose(walk, policy, entry, last).kind != nothing) apply_to_names(&target->names, &log[entry.index]);
    }
    // All files keep their numbers; those without a name keep no content.
    for (int file = 0; file < walk->file_count; file++) (void)simdisk_add_file(target);
    for (int name = 0; name < target->names.count; name++) {
        int file = target->names.items[name].file;
        const walked_file *walked = &walk->files[file];
        simdisk_buffer *content = &target->files[file].content;
        simdisk_buffer_copy(content, &walked->durable);
        for (int64_t index = 0; index < walked->pending.count; index++) {
            entry entry = walked->pending.items[index];
            choice choice = choose(walk, policy, entry, last);
            if (choice.kind == whole) {
                apply_to_content(content, &log[entry.index]);
            } else if (choice.kind != nothing) {
                apply_sectors(content, &log[entry.index], choice);
            }
        }
    }
    target->records = records;
    target->random_state = simdisk_mix(policy.seed ^ (uint64_t)walk->point);
    if (records) {
        target->base_files = calloc((size_t)target->file_count, sizeof(simdisk_buffer));
        if (target->base_files == NULL) abort();
        target->base_file_count = target->file_count;
        for (int file = 0; file < target->file_count; file++) {
            simdisk_buffer_copy(&target->base_files[file], &target->files[file].content);
        }
        simdisk_names_copy(&target->base_names, &target->names);
    }
    simdisk_unlock_mutex(target);
    simdisk_unlock_mutex(walk->disk);
}
