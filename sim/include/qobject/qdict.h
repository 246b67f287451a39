/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Dictionaries of options, such as those that open a block node.
 *
 * Stands in for QEMU's include/qobject/qdict.h (before QEMU 10.0:
 * include/qapi/qmp/qdict.h).  Keys are flat ("bitmap.node"), values are strings,
 * integers and booleans.  Entries keep the order in which their keys first came.
 * Keys and strings are copied; what a getter returns lives until its entry changes.
 */
#ifndef QDICT_H
#define QDICT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "qemu/typedefs.h"

QDict *qdict_new(void);             /* with one reference, the caller's */

/* A NULL to unref is fine.  In QEMU both take any kind of object. */
#define qobject_ref(dict) qdict_ref_internal(dict)
#define qobject_unref(dict) qdict_unref_internal(dict)
QDict *qdict_ref_internal(QDict *dict);
void qdict_unref_internal(QDict *dict);

/* A key that is there already gets the new value. */
void qdict_put_str(QDict *dict, const char *key, const char *value);
void qdict_put_int(QDict *dict, const char *key, int64_t value);
void qdict_put_bool(QDict *dict, const char *key, bool value);
void qdict_del(QDict *dict, const char *key);       /* does nothing if it is not there */

size_t qdict_size(const QDict *dict);
int qdict_haskey(const QDict *dict, const char *key);

/* Assert that the key is there and has a value of this type. */
const char *qdict_get_str(const QDict *dict, const char *key);
int64_t qdict_get_int(const QDict *dict, const char *key);
bool qdict_get_bool(const QDict *dict, const char *key);

/* NULL or @otherwise if the key is not there or its value has another type. */
const char *qdict_get_try_str(const QDict *dict, const char *key);
int64_t qdict_get_try_int(const QDict *dict, const char *key, int64_t otherwise);
bool qdict_get_try_bool(const QDict *dict, const char *key, bool otherwise);

/* Walks the entries: for (e = qdict_first(dict); e; e = qdict_next(dict, e)). */
typedef struct QDictEntry QDictEntry;
const QDictEntry *qdict_first(const QDict *dict);
const QDictEntry *qdict_next(const QDict *dict, const QDictEntry *entry);
const char *qdict_entry_key(const QDictEntry *entry);

#endif
