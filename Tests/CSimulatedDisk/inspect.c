//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

// What SQLite alone finds in a file, without the store: fast enough for each of thousands of states.
#include "internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef SQLite  // The trait.
#include <sqlite3.h>

static void add(uint64_t *hash, const void *bytes, int64_t count) {
    const uint8_t *start = bytes;
    uint64_t value = *hash ^ (uint64_t)count;
    for (; count >= 8; count -= 8, start += 8) {
        uint64_t word;
        memcpy(&word, start, 8);
        value = simdisk_mix(value ^ word);
    }
    uint64_t rest = 0;
    memcpy(&rest, start, (size_t)count);
    *hash = simdisk_mix(value ^ rest);
}

static int fold_rows(sqlite3 *connection, const char *sql, simdisk_inspection *result) {
    sqlite3_stmt *statement = NULL;
    int code = sqlite3_prepare_v2(connection, sql, -1, &statement, NULL);
    while (code == SQLITE_OK && (code = sqlite3_step(statement)) == SQLITE_ROW) {
        code = SQLITE_OK;
        result->rows++;
        for (int column = 0; column < sqlite3_column_count(statement); column++) {
            int type = sqlite3_column_type(statement, column);
            add(&result->fingerprint, &type, sizeof(type));
            if (type == SQLITE_INTEGER) {
                sqlite3_int64 number = sqlite3_column_int64(statement, column);
                add(&result->fingerprint, &number, sizeof(number));
            } else if (type != SQLITE_NULL) {
                const void *bytes = sqlite3_column_blob(statement, column);
                add(&result->fingerprint, bytes, sqlite3_column_bytes(statement, column));
            }
        }
    }
    sqlite3_finalize(statement);
    return code == SQLITE_DONE ? SQLITE_OK : code;
}

// Calls `fold_rows` for each table.
static int fold_tables(sqlite3 *connection, simdisk_inspection *result) {
    sqlite3_stmt *tables = NULL;
    const char *sql = "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name";
    int code = sqlite3_prepare_v2(connection, sql, -1, &tables, NULL);
    while (code == SQLITE_OK && (code = sqlite3_step(tables)) == SQLITE_ROW) {
        const char *name = (const char *)sqlite3_column_text(tables, 0);
        add(&result->fingerprint, name, (int64_t)strlen(name));
        char *query = sqlite3_mprintf("SELECT * FROM \"%w\"", name);
        code = fold_rows(connection, query, result);
        sqlite3_free(query);
    }
    sqlite3_finalize(tables);
    return code == SQLITE_DONE ? SQLITE_OK : code;
}

static int check_integrity(sqlite3 *connection, simdisk_inspection *result) {
    sqlite3_stmt *statement = NULL;
    int code = sqlite3_prepare_v2(connection, "PRAGMA integrity_check(1)", -1, &statement, NULL);
    if (code == SQLITE_OK && (code = sqlite3_step(statement)) == SQLITE_ROW) {
        const char *text = (const char *)sqlite3_column_text(statement, 0);
        result->is_intact = text != NULL && strcmp(text, "ok") == 0;
        if (!result->is_intact) snprintf(result->message, sizeof(result->message), "%s", text == NULL ? "no result" : text);
        code = SQLITE_OK;
    }
    sqlite3_finalize(statement);
    return code;
}

void simdisk_inspect(simdisk *disk, const char *path, simdisk_inspection *result) {
    *result = (simdisk_inspection){.is_intact = true};
    if (!simdisk_exists(disk, path)) return;
    sqlite3 *connection = NULL;
    int code = sqlite3_open_v2(path, &connection, SQLITE_OPEN_READWRITE, disk->vfs_name);
    // The image is used once; a checkpoint would only cost time.
    sqlite3_db_config(connection, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    if (code == SQLITE_OK) code = sqlite3_exec(connection, "PRAGMA locking_mode = EXCLUSIVE", NULL, NULL, NULL);
    result->is_intact = false;
    if (code == SQLITE_OK) code = check_integrity(connection, result);
    if (code == SQLITE_OK) code = fold_tables(connection, result);
    if (code != SQLITE_OK && result->message[0] == 0) {
        snprintf(result->message, sizeof(result->message), "%s", sqlite3_errmsg(connection));
    }
    result->code = code;
    sqlite3_close(connection);
}
#else
void simdisk_inspect(simdisk *disk, const char *path, simdisk_inspection *result) {
    (void)disk;
    (void)path;
    *result = (simdisk_inspection){0};
}
#endif
