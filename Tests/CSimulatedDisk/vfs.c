//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

// The virtual file system, which behaves as SQLite's own for Unix (os_unix.c): where it syncs the directory, and what it takes
// for an existing file. There is no shared memory, so a write-ahead log requires `PRAGMA locking_mode = EXCLUSIVE`.
#include "internal.h"

#ifdef SQLite  // The trait.
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    sqlite3_file base;
    simdisk *disk;
    int file;
    // Whether the next sync covers the directory, too.
    bool syncs_directory;
    char *path_to_delete;
} open_file;

// A constant, as time must not differ between runs: 2024-06-21 in milliseconds since the Julian epoch.
static const int64_t start_time = 212585817600000;

static int code(int result, int failure) {
    switch (result) {
    case SIMDISK_OK: return SQLITE_OK;
    case SIMDISK_FULL: return SQLITE_FULL;
    default: return failure;
    }
}

// MARK: - Files

static int file_close(sqlite3_file *file) {
    open_file *self = (open_file *)file;
    if (self->path_to_delete != NULL) simdisk_unlink(self->disk, self->path_to_delete);
    free(self->path_to_delete);
    return SQLITE_OK;
}

static int file_read(sqlite3_file *file, void *bytes, int count, sqlite3_int64 offset) {
    open_file *self = (open_file *)file;
    int64_t result = simdisk_read(self->disk, self->file, bytes, count, offset);
    if (result < 0) return SQLITE_IOERR_READ;
    if (result == count) return SQLITE_OK;
    memset((uint8_t *)bytes + result, 0, (size_t)(count - result));
    return SQLITE_IOERR_SHORT_READ;
}

static int file_write(sqlite3_file *file, const void *bytes, int count, sqlite3_int64 offset) {
    open_file *self = (open_file *)file;
    return code(simdisk_write(self->disk, self->file, bytes, count, offset), SQLITE_IOERR_WRITE);
}

static int file_truncate(sqlite3_file *file, sqlite3_int64 size) {
    open_file *self = (open_file *)file;
    return code(simdisk_resize(self->disk, self->file, size), SQLITE_IOERR_TRUNCATE);
}

static int file_sync(sqlite3_file *file, int flags) {
    open_file *self = (open_file *)file;
    (void)flags;
    if (simdisk_sync(self->disk, self->file) != SIMDISK_OK) return SQLITE_IOERR_FSYNC;
    if (self->syncs_directory) {
        // As os_unix.c, which ignores a failure.
        (void)simdisk_sync_directory(self->disk);
        self->syncs_directory = false;
    }
    return SQLITE_OK;
}

static int file_size(sqlite3_file *file, sqlite3_int64 *size) {
    open_file *self = (open_file *)file;
    *size = simdisk_size(self->disk, self->file);
    return SQLITE_OK;
}

// Nothing to lock: the store's own lock file keeps a second connection away.
static int file_lock(sqlite3_file *file, int level) {
    (void)file;
    (void)level;
    return SQLITE_OK;
}

static int file_check_reserved_lock(sqlite3_file *file, int *is_reserved) {
    (void)file;
    *is_reserved = 0;
    return SQLITE_OK;
}

static int file_control(sqlite3_file *file, int operation, void *argument) {
    open_file *self = (open_file *)file;
    if (operation != SQLITE_FCNTL_POWERSAFE_OVERWRITE) return SQLITE_NOTFOUND;
    *(int *)argument = (self->disk->characteristics & SQLITE_IOCAP_POWERSAFE_OVERWRITE) != 0;
    return SQLITE_OK;
}

static int file_sector_size(sqlite3_file *file) {
    (void)file;
    return 4096;  // As os_unix.c.
}

static int file_characteristics(sqlite3_file *file) { return ((open_file *)file)->disk->characteristics; }

static const sqlite3_io_methods methods = {
    .iVersion = 1,
    .xClose = file_close,
    .xRead = file_read,
    .xWrite = file_write,
    .xTruncate = file_truncate,
    .xSync = file_sync,
    .xFileSize = file_size,
    .xLock = file_lock,
    .xUnlock = file_lock,
    .xCheckReservedLock = file_check_reserved_lock,
    .xFileControl = file_control,
    .xSectorSize = file_sector_size,
    .xDeviceCharacteristics = file_characteristics,
};

// MARK: - File system

static simdisk *disk_of(sqlite3_vfs *vfs) { return vfs->pAppData; }

static int vfs_open(sqlite3_vfs *vfs, const char *path, sqlite3_file *file, int flags, int *out_flags) {
    open_file *self = (open_file *)file;
    simdisk *disk = disk_of(vfs);
    char name[32];
    if (path == NULL) {
        // A temporary file.
        sqlite3_snprintf(sizeof(name), name, "/temporary-%llx", (unsigned long long)simdisk_random(disk));
        path = name;
    }
    bool creates = (flags & SQLITE_OPEN_CREATE) != 0;
    bool is_journal = (flags & (SQLITE_OPEN_SUPER_JOURNAL | SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_WAL)) != 0;
    *self = (open_file){.disk = disk, .syncs_directory = creates && is_journal};
    self->file = simdisk_open(disk, path, creates);
    if (self->file < 0) return code(self->file, SQLITE_CANTOPEN);
    if ((flags & SQLITE_OPEN_DELETEONCLOSE) != 0) self->path_to_delete = strdup(path);
    if (out_flags != NULL) *out_flags = flags;
    self->base.pMethods = &methods;
    return SQLITE_OK;
}

static int vfs_delete(sqlite3_vfs *vfs, const char *path, int syncs_directory) {
    int result = simdisk_unlink(disk_of(vfs), path);
    if (result == SIMDISK_MISSING) return SQLITE_IOERR_DELETE_NOENT;
    if (result != SIMDISK_OK) return SQLITE_IOERR_DELETE;
    if (!syncs_directory) return SQLITE_OK;
    return code(simdisk_sync_directory(disk_of(vfs)), SQLITE_IOERR_DIR_FSYNC);
}

static int vfs_access(sqlite3_vfs *vfs, const char *path, int flags, int *result) {
    simdisk *disk = disk_of(vfs);
    simdisk_lock(disk);
    int file = simdisk_names_find(&disk->names, path);
    // As os_unix.c: an empty file does not exist.
    *result = file >= 0 && (flags != SQLITE_ACCESS_EXISTS || disk->files[file].content.size > 0);
    simdisk_unlock_mutex(disk);
    return SQLITE_OK;
}

static int vfs_full_pathname(sqlite3_vfs *vfs, const char *path, int capacity, char *result) {
    (void)vfs;
    if (strlen(path) >= (size_t)capacity) return SQLITE_CANTOPEN;
    memcpy(result, path, strlen(path) + 1);
    return SQLITE_OK;
}

static int vfs_randomness(sqlite3_vfs *vfs, int count, char *bytes) {
    simdisk *disk = disk_of(vfs);
    simdisk_lock(disk);
    for (int index = 0; index < count; index++) bytes[index] = (char)simdisk_random(disk);
    simdisk_unlock_mutex(disk);
    return count;
}

static int vfs_sleep(sqlite3_vfs *vfs, int microseconds) {
    (void)vfs;
    return microseconds;
}

static int vfs_current_time_64(sqlite3_vfs *vfs, sqlite3_int64 *milliseconds) {
    simdisk *disk = disk_of(vfs);
    simdisk_lock(disk);
    *milliseconds = start_time + disk->time++;
    simdisk_unlock_mutex(disk);
    return SQLITE_OK;
}

static int vfs_current_time(sqlite3_vfs *vfs, double *days) {
    sqlite3_int64 milliseconds = 0;
    int result = vfs_current_time_64(vfs, &milliseconds);
    *days = (double)milliseconds / 86400000.0;
    return result;
}

static int vfs_last_error(sqlite3_vfs *vfs, int count, char *text) {
    (void)vfs;
    (void)count;
    (void)text;
    return 0;
}

void simdisk_register_vfs(simdisk *disk) {
    sqlite3_vfs *vfs = calloc(1, sizeof(sqlite3_vfs));
    if (vfs == NULL) abort();
    *vfs = (sqlite3_vfs){
        .iVersion = 2,
        .szOsFile = sizeof(open_file),
        .mxPathname = 1024,
        .zName = disk->vfs_name,
        .pAppData = disk,
        .xOpen = vfs_open,
        .xDelete = vfs_delete,
        .xAccess = vfs_access,
        .xFullPathname = vfs_full_pathname,
        .xRandomness = vfs_randomness,
        .xSleep = vfs_sleep,
        .xCurrentTime = vfs_current_time,
        .xGetLastError = vfs_last_error,
        .xCurrentTimeInt64 = vfs_current_time_64,
    };
    disk->vfs = vfs;
    sqlite3_vfs_register(vfs, 0);
}

void simdisk_unregister_vfs(simdisk *disk) {
    sqlite3_vfs_unregister(disk->vfs);
    free(disk->vfs);
}
#else
void simdisk_register_vfs(simdisk *disk) { (void)disk; }

void simdisk_unregister_vfs(simdisk *disk) { (void)disk; }
#endif
