/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the code under test gets in the place of the file system.
 */
#include "sim/files.h"

#include "qemu/osdep.h"

#include "sim/archive.h"
#include "sim/block/block-private.h"

gboolean sim_g_file_get_contents(const gchar *filename, gchar **contents, gsize *length,
                                 GError **error)
{
    static const char text[] = "# a file of the simulation\n";
    int ret = sim_fault("g_file_get_contents", filename, NULL);

    if (ret < 0) {
        g_set_error(error, G_FILE_ERROR, g_file_error_from_errno(-ret),
                    "Failed to open file \"%s\": %s", filename, g_strerror(-ret));
        return FALSE;
    }
    *contents = g_strdup(text);
    if (length) {
        *length = sizeof(text) - 1;
    }
    return TRUE;
}

int sim_unlink(const char *pathname)
{
    int ret = sim_archive_remove(pathname);

    if (ret < 0) {
        errno = -ret;
        return -1;
    }
    return 0;
}
