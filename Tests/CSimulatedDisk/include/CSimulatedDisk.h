//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

// A disk in memory, with a virtual file system for SQLite on it, that records what is written and can rebuild the states in which
// a power loss may leave it. In C, because SQLite calls it for each page, and because a debug build rebuilds thousands of states.
#ifndef C_SIMULATED_DISK_H
#define C_SIMULATED_DISK_H

#include <stdbool.h>
#include <stdint.h>

typedef struct simdisk simdisk;
typedef struct simdisk_walk simdisk_walk;

// What an operation of the log did, and which operations a fault is for.
enum {
    SIMDISK_WRITE = 0,
    SIMDISK_RESIZE = 1,
    SIMDISK_SYNC = 2,
    SIMDISK_SYNC_DIRECTORY = 3,
    SIMDISK_CREATE = 4,
    SIMDISK_UNLINK = 5,
    SIMDISK_RENAME = 6,
    SIMDISK_READ = 7,  // For faults only; reads are not in the log.
    SIMDISK_SYNC_LOST = 8,  // In the log only: a sync that failed or lied.
    SIMDISK_KINDS = 9,
};

// Results of operations.
enum {
    SIMDISK_OK = 0,
    SIMDISK_FAILED = -1,  // EIO
    SIMDISK_FULL = -2,  // ENOSPC
    SIMDISK_MISSING = -3,  // ENOENT
};

// MARK: - Disks

// Creates an empty disk and registers its virtual file system. `characteristics` is what SQLite is told about the device: 0, or
// SQLITE_IOCAP_POWERSAFE_OVERWRITE (0x1000) as SQLite's own file system for Unix says.
simdisk *simdisk_create(uint64_t seed, int characteristics);
// Unregisters the file system. No connection may be open on it.
void simdisk_destroy(simdisk *disk);
// The name for sqlite3_open_v2 and for `file:…?vfs=`.
const char *simdisk_vfs_name(const simdisk *disk);

// The number of recorded operations.
int64_t simdisk_log_length(simdisk *disk);
// The kind of an operation of the log.
int simdisk_log_kind(simdisk *disk, int64_t index);
// The file of an operation of the log; -1 for those on the directory.
int simdisk_log_file(simdisk *disk, int64_t index);

// The operation of a kind after the next `after` ones fails with a result, and so do those behind it, `times` altogether.
void simdisk_fail(simdisk *disk, int kind, int64_t after, int result, int64_t times);
// From now on syncs succeed and do nothing, as of a disk that lies.
void simdisk_drop_syncs(simdisk *disk, bool drops);
// From now on writes that need more bytes than this on the disk fail with SIMDISK_FULL; negative for no limit.
void simdisk_limit(simdisk *disk, int64_t bytes);
// From now on every operation fails, as for a process whose machine has no power.
void simdisk_halt(simdisk *disk);

// MARK: - Files, without SQLite

// Returns the number of the file with a path, or a negative result. The number stays valid; there is nothing to close.
int simdisk_open(simdisk *disk, const char *path, bool creates);
bool simdisk_exists(simdisk *disk, const char *path);
int64_t simdisk_size(simdisk *disk, int file);
// Returns the number of bytes read.
int64_t simdisk_read(simdisk *disk, int file, void *bytes, int64_t count, int64_t offset);
int simdisk_write(simdisk *disk, int file, const void *bytes, int64_t count, int64_t offset);
// Truncates the file, or extends it with zeros.
int simdisk_resize(simdisk *disk, int file, int64_t size);
int simdisk_sync(simdisk *disk, int file);
int simdisk_sync_directory(simdisk *disk);
int simdisk_unlink(simdisk *disk, const char *path);
int simdisk_rename(simdisk *disk, const char *path, const char *new_path);
// Locks a file; returns false when it is locked.
bool simdisk_try_lock(simdisk *disk, int file);
void simdisk_unlock(simdisk *disk, int file);
int simdisk_name_count(simdisk *disk);
// Copies the name with an index into a buffer; returns false when there is none.
bool simdisk_copy_name(simdisk *disk, int index, char *buffer, int64_t capacity);

// MARK: - Power losses

// Which unsynced operations a power loss leaves.
enum {
    SIMDISK_LOSE_ALL = 0,
    SIMDISK_KEEP_ALL = 1,
    SIMDISK_KEEP_SOME = 2,  // A subset of the operations.
    SIMDISK_TEAR_LAST = 3,  // All, and of the last write only its first sectors of 512 bytes.
    SIMDISK_KEEP_SECTORS = 4,  // A subset of the sectors of all writes.
};

typedef struct {
    int kind;
    uint64_t seed;
} simdisk_policy;

// A position in a disk's log: what is durable there and what is not.
//
// `names_with_files`: whether syncing a file makes its name durable, as ext4 does; otherwise only a sync of the directory does.
simdisk_walk *simdisk_walk_create(simdisk *disk, bool names_with_files);
void simdisk_walk_destroy(simdisk_walk *walk);
// Moves to the position after `point` operations; never back.
void simdisk_walk_to(simdisk_walk *walk, int64_t point);
// The number of unsynced operations.
int64_t simdisk_walk_unsynced(const simdisk_walk *walk);
// A number that is the same for equal states.
uint64_t simdisk_walk_key(const simdisk_walk *walk, simdisk_policy policy);
// Replaces the content of `target`, of which no file may be open. Its log begins anew, and it does not record when told so.
void simdisk_walk_image(const simdisk_walk *walk, simdisk_policy policy, simdisk *target, bool records);

// MARK: - Inspection with SQLite alone

typedef struct {
    int code;  // SQLite's; 0 for a file that does not exist, too.
    bool is_intact;  // `PRAGMA integrity_check` is ok.
    uint64_t fingerprint;  // Of the tables and their rows; 0 without tables.
    int64_t rows;
    char message[200];
} simdisk_inspection;

void simdisk_inspect(simdisk *disk, const char *path, simdisk_inspection *result);

#endif
