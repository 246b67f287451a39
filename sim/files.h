/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the code under test gets in the place of the file system.
 *
 * The build gives calls of these names in the code under test the names here:
 *   g_file_get_contents -> sim_g_file_get_contents
 *   unlink              -> sim_unlink
 *   time                -> sim_time (sim/world.h's virtual time)
 */
#ifndef SIM_FILES_H
#define SIM_FILES_H

#include <glib.h>
#include <time.h>

/* Every file is there and holds the same few bytes, unless a fault says otherwise. */
gboolean sim_g_file_get_contents(const gchar *filename, gchar **contents, gsize *length,
                                 GError **error);
/* Removes an archive; -1 with errno set: there is none of this name. */
int sim_unlink(const char *pathname);
time_t sim_time(time_t *ret_time);

#endif
