/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the code under test calls in place of the allocators of the C library and GLib, and of
 * the functions that take and give back references in the block layer.
 *
 * Each behaves as the function behind subject_account_ does.  The list is complete by itself:
 * the build looks in the object files which of them there are (cmake/prepare-subject), so a new
 * one is added by writing it.
 */
#ifndef HARNESS_SUBJECT_ACCOUNTED_FUNCTIONS_H
#define HARNESS_SUBJECT_ACCOUNTED_FUNCTIONS_H

#include <glib.h>
#include <stdarg.h>
#include <stddef.h>

#include "block/block_int.h"
#include "proxmox-backup-qemu.h"
#include "qemu/job.h"
#include "vma.h"

/* accounting-memory.c */
void *subject_account_malloc(size_t n_bytes);
void *subject_account_calloc(size_t n, size_t n_bytes);
void *subject_account_realloc(void *start, size_t n_bytes);
void subject_account_free(void *start);
char *subject_account_strdup(const char *text);
char *subject_account___strdup(const char *text);
char *subject_account_strndup(const char *text, size_t n);
void *subject_account_g_malloc(gsize n_bytes);
void *subject_account_g_malloc0(gsize n_bytes);
void *subject_account_g_malloc_n(gsize n, gsize n_bytes);
void *subject_account_g_malloc0_n(gsize n, gsize n_bytes);
void *subject_account_g_try_malloc(gsize n_bytes);
void *subject_account_g_try_malloc0(gsize n_bytes);
void *subject_account_g_try_malloc_n(gsize n, gsize n_bytes);
void *subject_account_g_try_malloc0_n(gsize n, gsize n_bytes);
void *subject_account_g_realloc(void *start, gsize n_bytes);
void *subject_account_g_realloc_n(void *start, gsize n, gsize n_bytes);
void *subject_account_g_memdup2(const void *start, gsize n_bytes);
void subject_account_g_free(void *start);
void subject_account_g_free_sized(void *start, size_t n_bytes);

/* accounting-text.c */
char *subject_account_g_strdup(const char *text);
char *subject_account_g_strndup(const char *text, gsize n);
char *subject_account_g_strdup_vprintf(const char *format, va_list arguments)
    G_GNUC_PRINTF(1, 0);
char *subject_account_g_strdup_printf(const char *format, ...)
    G_GNUC_PRINTF(1, 2);
char *subject_account_g_strconcat(const char *first, ...)
    G_GNUC_NULL_TERMINATED;
char *subject_account_g_strjoin(const char *separator, ...)
    G_GNUC_NULL_TERMINATED;
char *subject_account_g_build_filename(const char *first, ...)
    G_GNUC_NULL_TERMINATED;
char *subject_account_g_strjoinv(const char *separator, char **texts);
char **subject_account_g_strsplit(const char *text, const char *separator, int n_max);
char **subject_account_g_strsplit_set(const char *text, const char *separators, int n_max);
char **subject_account_g_strdupv(char **texts);
void subject_account_g_strfreev(char **texts);
char *subject_account_g_ascii_strdown(const char *text, gssize n);
char *subject_account_g_ascii_strup(const char *text, gssize n);
char *subject_account_g_path_get_basename(const char *path);
char *subject_account_g_path_get_dirname(const char *path);
gboolean subject_account_g_file_get_contents(const char *path, char **ret_text, gsize *ret_length,
    GError **error);
void subject_account_g_error_free(GError *error);
void subject_account_g_clear_error(GError **error);

/* accounting-list.c */
GList *subject_account_g_list_append(GList *list, void *data);
GList *subject_account_g_list_prepend(GList *list, void *data);
GList *subject_account_g_list_insert_before(GList *list, GList *sibling, void *data);
GList *subject_account_g_list_insert(GList *list, void *data, int position);
GList *subject_account_g_list_copy(GList *list);
GList *subject_account_g_list_delete_link(GList *list, GList *node);
GList *subject_account_g_list_remove(GList *list, const void *data);
GList *subject_account_g_list_remove_all(GList *list, const void *data);
void subject_account_g_list_free_1(GList *node);
void subject_account_g_list_free(GList *list);
void subject_account_g_list_free_full(GList *list, GDestroyNotify free_data);
GSList *subject_account_g_slist_append(GSList *list, void *data);
GSList *subject_account_g_slist_prepend(GSList *list, void *data);
GSList *subject_account_g_slist_delete_link(GSList *list, GSList *node);
GSList *subject_account_g_slist_remove(GSList *list, const void *data);
void subject_account_g_slist_free_1(GSList *node);
void subject_account_g_slist_free(GSList *list);
void subject_account_g_slist_free_full(GSList *list, GDestroyNotify free_data);

/* accounting-container.c */
GHashTable *subject_account_g_hash_table_new(GHashFunc hash, GEqualFunc equal);
GHashTable *subject_account_g_hash_table_new_full(GHashFunc hash, GEqualFunc equal,
    GDestroyNotify free_key, GDestroyNotify free_value);
GHashTable *subject_account_g_hash_table_ref(GHashTable *hash_table);
void subject_account_g_hash_table_unref(GHashTable *hash_table);
void subject_account_g_hash_table_destroy(GHashTable *hash_table);
GPtrArray *subject_account_g_ptr_array_new(void);
GPtrArray *subject_account_g_ptr_array_new_with_free_func(GDestroyNotify free_element);
GPtrArray *subject_account_g_ptr_array_new_full(guint n_reserved, GDestroyNotify free_element);
GPtrArray *subject_account_g_ptr_array_sized_new(guint n_reserved);
GPtrArray *subject_account_g_ptr_array_ref(GPtrArray *array);
void subject_account_g_ptr_array_unref(GPtrArray *array);
void **subject_account_g_ptr_array_free(GPtrArray *array, gboolean free_elements);
GArray *subject_account_g_array_new(gboolean zero_terminated, gboolean clear, guint n_bytes);
GArray *subject_account_g_array_sized_new(gboolean zero_terminated, gboolean clear, guint n_bytes,
    guint n_reserved);
GArray *subject_account_g_array_ref(GArray *array);
void subject_account_g_array_unref(GArray *array);
char *subject_account_g_array_free(GArray *array, gboolean free_elements);
GString *subject_account_g_string_new(const char *text);
GString *subject_account_g_string_sized_new(gsize n_bytes);
char *subject_account_g_string_free(GString *string, gboolean free_text);

/* accounting-graph.c */
void subject_account_bdrv_ref(BlockDriverState *bs);
void subject_account_bdrv_unref(BlockDriverState *bs);
void subject_account_bdrv_co_unref(BlockDriverState *bs);
BlockDriverState *subject_account_bdrv_open(const char *filename, const char *reference,
    QDict *options, int flags, Error **errp);
BlockDriverState *subject_account_bdrv_insert_node(BlockDriverState *bs, QDict *options,
    int flags, Error **errp);
BlockDriverState *subject_account_bdrv_cbw_append(BlockDriverState *source,
    BlockDriverState *target, const char *filter_node_name, bool discard_source,
    uint64_t min_cluster_size, Error **errp);
void subject_account_bdrv_cbw_drop(BlockDriverState *bs);
BlockDriverState *subject_account_bdrv_co_backup_dump_create(int dump_cb_block_size,
    uint64_t byte_size, BackupDumpFunc *dump_cb, void *dump_cb_data, Error **errp);
BdrvDirtyBitmap *subject_account_bdrv_create_dirty_bitmap(BlockDriverState *bs,
    uint32_t granularity, const char *name, Error **errp);
void subject_account_bdrv_release_dirty_bitmap(BdrvDirtyBitmap *bitmap);
void subject_account_job_ref_locked(Job *job);
void subject_account_job_unref_locked(Job *job);
VmaWriter *subject_account_vma_writer_create(const char *filename, uuid_t uuid, Error **errp);
void subject_account_vma_writer_destroy(VmaWriter *vmaw);
ProxmoxBackupHandle *subject_account_proxmox_backup_new_ns(const char *repo,
    const char *backup_ns, const char *backup_id, uint64_t backup_time, uint64_t chunk_size,
    const char *password, const char *keyfile, const char *key_password,
    const char *master_keyfile, bool compress, bool encrypt, const char *fingerprint,
    char **error);
void subject_account_proxmox_backup_disconnect(ProxmoxBackupHandle *handle);

#endif
