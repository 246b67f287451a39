/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Forward declarations of QEMU's types, for headers that only need pointers.
 *
 * Stands in for QEMU's include/qemu/typedefs.h, which names several hundred
 * types: here are those that the block layer's users meet.
 */
#ifndef QEMU_TYPEDEFS_H
#define QEMU_TYPEDEFS_H

typedef struct AioContext AioContext;
typedef struct BdrvDirtyBitmap BdrvDirtyBitmap;
typedef struct BdrvDirtyBitmapIter BdrvDirtyBitmapIter;
typedef struct BlockBackend BlockBackend;
typedef struct BlockDriver BlockDriver;
typedef struct BlockDriverState BlockDriverState;
typedef struct BdrvChild BdrvChild;
typedef struct Coroutine Coroutine;
typedef struct Error Error;
typedef struct HBitmap HBitmap;
typedef struct QDict QDict;
typedef struct QEMUBH QEMUBH;
typedef struct QemuMutex QemuMutex;

#endif
