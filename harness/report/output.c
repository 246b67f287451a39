/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writes a report whole or not at all.
 */
#include "harness/report/output.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static bool fail(const char *where, GError **error)
{
    int number = errno;

    g_set_error(error, G_FILE_ERROR, g_file_error_from_errno(number),
                "cannot write the report to %s: %s", where, g_strerror(number));
    return false;
}

bool output_check(const char *path, GError **error)
{
    g_autofree char *folder = g_path_get_dirname(path);

    if (g_file_test(path, G_FILE_TEST_IS_DIR)) {
        errno = EISDIR;
        return fail(path, error);
    }
    if (g_file_test(path, G_FILE_TEST_EXISTS) && !g_file_test(path, G_FILE_TEST_IS_REGULAR)) {
        return g_access(path, W_OK) == 0 || fail(path, error);
    }
    return g_access(folder, W_OK | X_OK) == 0 || fail(path, error);
}

static bool write_stream(FILE *stream, const char *where, const GString *text, GError **error)
{
    if (fwrite(text->str, 1, text->len, stream) != text->len || fflush(stream) != 0) {
        return fail(where, error);
    }
    return true;
}

/* Renaming over a device or a pipe would put a file in its place. */
static bool write_special(const char *path, const GString *text, GError **error)
{
    FILE *stream = g_fopen(path, "we");
    bool ok = stream && write_stream(stream, path, text, error);

    if (!stream) {
        return fail(path, error);
    }
    if (fclose(stream) != 0 && ok) {
        return fail(path, error);
    }
    return ok;
}

bool output_write(const char *path, const GString *text, GError **error)
{
    if (!path) {
        return write_stream(stdout, "stdout", text, error);
    }
    if (g_file_test(path, G_FILE_TEST_EXISTS) && !g_file_test(path, G_FILE_TEST_IS_REGULAR)) {
        return write_special(path, text, error);
    }
    return g_file_set_contents_full(path, text->str, text->len, G_FILE_SET_CONTENTS_CONSISTENT,
                                    0666, error);
}
