/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Files and folders to a list of scenario files.
 *
 * Folders are searched for *.scn; hidden names are left out, as are links to
 * folders, so that no loop can catch us.  A file with several names is listed
 * under the first one.
 */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "harness/scenario/scenario.h"

typedef struct FoundFile {
    dev_t device;
    ino_t inode;
    char *path;                 /* owned; not looked at in Search.seen */
} FoundFile;

typedef struct Search {
    GArray *found;              /* of FoundFile: in the folder that is being searched */
    GHashTable *seen;           /* of FoundFile: all that are listed; answers only yes or no */
    GPtrArray *paths;           /* the list */
    GError **error;
} Search;

static guint hash_file(const void *key)
{
    const FoundFile *file = key;

    return (guint)(file->inode * 31 + file->device);
}

static gboolean files_equal(const void *a, const void *b)
{
    const FoundFile *left = a, *right = b;

    return left->device == right->device && left->inode == right->inode;
}

static int compare_paths(const void *a, const void *b)
{
    const FoundFile *left = a, *right = b;

    return strcmp(left->path, right->path);
}

static void clear_file(void *opaque)
{
    FoundFile *file = opaque;

    g_free(file->path);
}

static bool fail_errno(Search *search, const char *path)
{
    if (errno == ENOENT) {
        g_set_error(search->error, SCENARIO_ERROR, 0, "%s: does not exist; expected a scenario "
                    "file or a folder of them", path);
    } else {
        g_set_error(search->error, SCENARIO_ERROR, 0, "%s: cannot be read: %s", path,
                    g_strerror(errno));
    }
    return false;
}

static void add_found(Search *search, const char *path, const struct stat *status)
{
    FoundFile file = { status->st_dev, status->st_ino, g_strdup(path) };

    g_array_append_val(search->found, file);
}

static bool search_folder(Search *search, const char *folder);

/* A name in a folder that is not hidden. */
static bool search_entry(Search *search, const char *path)
{
    struct stat status;

    if (lstat(path, &status) != 0) {
        return fail_errno(search, path);
    }
    if (S_ISDIR(status.st_mode)) {
        return search_folder(search, path);
    }
    if (!g_str_has_suffix(path, ".scn")) {
        return true;
    }
    if (stat(path, &status) != 0) {
        return fail_errno(search, path);
    }
    if (S_ISDIR(status.st_mode)) {
        return true;
    }
    if (!S_ISREG(status.st_mode)) {
        g_set_error(search->error, SCENARIO_ERROR, 0, "%s: is no regular file; expected a "
                    "scenario", path);
        return false;
    }
    add_found(search, path, &status);
    return true;
}

static bool search_folder(Search *search, const char *folder)
{
    g_autoptr(GDir) directory = NULL;
    const char *name;

    /* GLib's own message has the path in a form of its own: errno says the same. */
    directory = g_dir_open(folder, 0, NULL);
    if (!directory) {
        return fail_errno(search, folder);
    }
    while ((name = g_dir_read_name(directory))) {
        g_autofree char *path = g_build_filename(folder, name, NULL);

        if (name[0] != '.' && !search_entry(search, path)) {
            return false;
        }
    }
    return true;
}

/* Moves what was found to the list, in order, without what is there already. */
static void list_found(Search *search)
{
    g_array_sort(search->found, compare_paths);
    for (guint i = 0; i < search->found->len; i++) {
        FoundFile *file = &g_array_index(search->found, FoundFile, i);

        if (!g_hash_table_contains(search->seen, file)) {
            g_hash_table_add(search->seen, g_memdup2(file, sizeof(*file)));
            g_ptr_array_add(search->paths, g_strdup(file->path));
        }
    }
    g_array_set_size(search->found, 0);
}

/* A path that the user gave. */
static bool search_path(Search *search, const char *path)
{
    struct stat status;

    if (stat(path, &status) != 0) {
        return fail_errno(search, path);
    }
    if (!S_ISDIR(status.st_mode)) {
        add_found(search, path, &status);
    } else if (!search_folder(search, path)) {
        return false;
    } else if (search->found->len == 0) {
        g_set_error(search->error, SCENARIO_ERROR, 0, "%s: has no scenario in it; expected *.scn",
                    path);
        return false;
    }
    list_found(search);
    return true;
}

char **scenario_find_files(const char *const *paths, GError **error)
{
    g_autoptr(GArray) found = g_array_new(FALSE, FALSE, sizeof(FoundFile));
    g_autoptr(GHashTable) seen = g_hash_table_new_full(hash_file, files_equal, g_free, NULL);
    g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func(g_free);
    Search search = { found, seen, list, error };

    g_array_set_clear_func(found, clear_file);
    for (; *paths; paths++) {
        if (!search_path(&search, *paths)) {
            return NULL;
        }
    }
    g_ptr_array_add(list, NULL);
    return (char **)g_ptr_array_free(g_steal_pointer(&list), FALSE);
}
