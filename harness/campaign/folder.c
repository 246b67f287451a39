/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The folder of a campaign: files that are there whole or not at all.
 */
#include "harness/campaign/campaign-private.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static bool fail(GError **error, const char *what, const char *path)
{
    int number = errno;

    g_set_error(error, G_FILE_ERROR, g_file_error_from_errno(number), "cannot %s %s: %s", what,
                path, g_strerror(number));
    return false;
}

/* A lock of the process itself: its children neither have nor keep it. */
static bool lock(const char *folder, GError **error)
{
    g_autofree char *path = g_build_filename(folder, "lock", NULL);
    struct flock all = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);

    if (fd < 0) {
        return fail(error, "make", path);
    }
    if (fcntl(fd, F_SETLK, &all) != 0) {
        if (errno == EACCES || errno == EAGAIN) {
            g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_AGAIN,
                        "another campaign is running in %s", folder);
            return false;
        }
        return fail(error, "lock", path);
    }
    return true;            /* the descriptor stays open until the process ends */
}

void folder_remove_unfinished(const char *folder)
{
    g_auto(GStrv) names = folder_list(folder, "", "");

    folder_remove(folder, "new-finding");
    for (char **name = names; *name; name++) {
        if (g_str_has_prefix(*name, "new-")) {
            g_autofree char *path = g_build_filename(folder, *name, NULL);

            g_unlink(path);
        }
    }
}

bool folder_open(const char *folder, GError **error)
{
    const char *const parts[] = { "corpus", "findings", "queue", "again" };

    for (gsize i = 0; i < G_N_ELEMENTS(parts); i++) {
        g_autofree char *path = g_build_filename(folder, parts[i], NULL);

        if (g_mkdir_with_parents(path, 0777) != 0) {
            return fail(error, "make the folder", path);
        }
    }
    if (!lock(folder, error)) {
        return false;
    }
    folder_remove_unfinished(folder);
    return true;
}

static bool write_all(int fd, const char *text, size_t left)
{
    while (left > 0) {
        ssize_t n = write(fd, text, left);

        if (n < 0 && errno != EINTR) {
            return false;
        }
        if (n > 0) {
            text += n;
            left -= n;
        }
    }
    return true;
}

bool folder_write(const char *folder, const char *where, const char *text, unsigned writer,
                  GError **error)
{
    g_autofree char *path = g_build_filename(folder, where, NULL);
    g_autofree char *new_path = g_strdup_printf("%s/new-%u", folder, writer);
    int fd = open(new_path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    bool ok;

    if (fd < 0) {
        return fail(error, "write", new_path);
    }
    ok = write_all(fd, text, strlen(text)) || fail(error, "write", new_path);
    if (close(fd) != 0 && ok) {
        ok = fail(error, "write", new_path);
    }
    if (ok && rename(new_path, path) != 0) {
        ok = fail(error, "write", path);
    }
    return ok;
}

static gint compare_names(gconstpointer a, gconstpointer b)
{
    return strcmp(*(char *const *) a, *(char *const *) b);
}

char **folder_list(const char *folder, const char *where, const char *suffix)
{
    g_autofree char *path = g_build_filename(folder, where, NULL);
    GPtrArray *names = g_ptr_array_new();
    GDir *dir = g_dir_open(path, 0, NULL);
    const char *name;

    while (dir && (name = g_dir_read_name(dir))) {
        if (g_str_has_suffix(name, suffix)) {
            g_ptr_array_add(names, g_strdup(name));
        }
    }
    if (dir) {
        g_dir_close(dir);
    }
    g_ptr_array_sort(names, compare_names);
    g_ptr_array_add(names, NULL);
    return (char **) g_ptr_array_free(names, FALSE);
}

/* Folders of a campaign hold files and nothing else. */
void folder_remove(const char *folder, const char *where)
{
    g_autofree char *path = g_build_filename(folder, where, NULL);
    g_auto(GStrv) names = folder_list(folder, where, "");

    for (char **name = names; *name; name++) {
        g_autofree char *inner = g_build_filename(path, *name, NULL);

        g_unlink(inner);
    }
    g_remove(path);
}

/* ---- the current input ----------------------------------------------------- */

bool current_open(Current *current, const char *folder, unsigned number, GError **error)
{
    int fd;

    *current = (Current) { .path = g_strdup_printf("%s/current-%u.scn", folder, number) };
    fd = open(current->path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (fd < 0 || ftruncate(fd, SCENARIO_MAX_BYTES + 1) != 0) {
        return fail(error, "write", current->path);
    }
    current->text = mmap(NULL, SCENARIO_MAX_BYTES + 1, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
    return current->text != MAP_FAILED || fail(error, "map", current->path);
}

/*
 * Whoever reads it while this is half done finds parts of two inputs, neither of which is running:
 * what came of the old one is written down, and the new one has not begun.
 */
bool current_set(Current *current, const char *text, gsize n_bytes)
{
    if (n_bytes > SCENARIO_MAX_BYTES) {
        return false;
    }
    if (current->n_used > n_bytes) {
        memset(current->text + n_bytes, 0, current->n_used - n_bytes);
    }
    memcpy(current->text, text, n_bytes);
    current->n_used = n_bytes;
    return true;
}

/* Whatever stood there: code that crashes may have written anywhere. */
void current_clear(Current *current)
{
    current->n_used = 0;
    if (truncate(current->path, 0) != 0
        || truncate(current->path, SCENARIO_MAX_BYTES + 1) != 0) {
        memset(current->text, 0, SCENARIO_MAX_BYTES + 1);
    }
}

void current_close(Current *current)
{
    g_unlink(current->path);
    munmap(current->text, SCENARIO_MAX_BYTES + 1);
    g_free(current->path);
}
