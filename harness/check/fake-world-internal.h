/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the two files of the fake world share: drives and bitmaps (fake-world.c) and the
 * backup code with its bugs (fake-backup.c).
 */
#ifndef HARNESS_CHECK_FAKE_WORLD_INTERNAL_H
#define HARNESS_CHECK_FAKE_WORLD_INTERNAL_H

#include "harness/check/fake-world.h"

#define FAKE_DRIVES 2
#define FAKE_BITMAPS 8
#define FAKE_REQUESTS 64
#define FAKE_ARCHIVES 4
#define FAKE_CHUNK_BYTES (4ull << 20)

typedef struct FakeBitmap {
    SimBitmapView view;
    SimRangeMap dirty;
} FakeBitmap;

/* What an archive holds of a drive. */
typedef struct FakeArchive {
    bool has_drive;
    uint64_t size_bytes;
    SimRangeMap content;
} FakeArchive;

struct SimDrive {
    const char *name;
    const char *node_name;
    const char *snapshot_name;
    uint64_t size_bytes;
    SimRangeMap content;
    FakeBitmap bitmaps[FAKE_BITMAPS];
    unsigned n_bitmaps;
    bool is_unplugged;
    bool has_access;
    bool is_broken;
    bool has_leaked_node;
    const char *access_bitmap;      /* name; NULL: none */
    SimRangeMap picture;
    SimRangeMap readable;
    PBSBitmapAction action;
    uint64_t dirty_bytes;
    FakeArchive archives[FAKE_ARCHIVES];
};

typedef struct FakeRequest {
    SimDrive *drive;
    uint64_t offset;
    uint64_t bytes;
    int ret;
} FakeRequest;

typedef struct FakeWorld {
    FakeBug bug;
    Checks *checks;
    GString *text;
    unsigned line;
    SimDrive drives[FAKE_DRIVES];
    FakeRequest requests[FAKE_REQUESTS];    /* [0] is not used */
    uint64_t n_requests;
    char *names[32];                        /* of all bitmaps there ever were */
    unsigned n_names;
    /* The backup code's memory; strings of the tests. */
    const char *last_target;
    struct {
        const char *target_id;
        const char *bitmap_name;
        SimDrive *drive;
    } claims[8];
    unsigned n_claims;
    bool had_access;
    unsigned n_archives;
    bool archive_is_open;           /* the last one */
    bool has_quit;
} FakeWorld;

extern FakeWorld fake;

void fake_tell_event(const SimEvent *event);
void fake_tell_deed(Deed deed);
void fake_begin_step(void);
/* A write of 64 KiB that is no step of its own. */
void fake_write_silently(const char *device, uint64_t offset);
FakeBitmap *fake_find_bitmap(SimDrive *drive, const char *name);
FakeBitmap *fake_add_bitmap(SimDrive *drive, const char *name, uint64_t granularity);
void fake_remove_bitmap(SimDrive *drive, FakeBitmap *bitmap);
void fake_set_dirty(const SimDrive *drive, FakeBitmap *bitmap, uint64_t start, uint64_t end);
void fake_merge(const SimDrive *drive, FakeBitmap *target, const FakeBitmap *source);

#endif
