/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A fuzz target without a fuzzer: runs the files that are given, and those in given folders.
 *
 * For any compiler, so that inputs that an engine once found stay a test everywhere.  Folders are
 * searched in the order of names.  A finding ends the process as it does under an engine; the
 * input under way is named first.  Exit code 2: what is given cannot be read.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz/finding.h"

static const char *under_way;
static unsigned n_inputs;

static void fail(const GError *error)
{
    fprintf(stderr, "%s: %s\n", g_get_prgname(), error->message);
    exit(2);
}

/* From a block of just that size, so that sanitizers see a read beyond the end. */
static void replay_file(const char *path)
{
    g_autofree char *text = NULL;
    g_autofree uint8_t *data = NULL;
    GError *error = NULL;
    gsize n_bytes;

    if (!g_file_get_contents(path, &text, &n_bytes, &error)) {
        fail(error);
    }
    data = g_memdup2(text, n_bytes);
    under_way = path;
    LLVMFuzzerTestOneInput(data ? data : (const uint8_t *)"", n_bytes);
    under_way = NULL;
    n_inputs++;
}

static void replay(const char *path);

static gint compare_names(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void replay_folder(const char *path)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    GError *error = NULL;
    GDir *folder = g_dir_open(path, 0, &error);
    const char *name;

    if (!folder) {
        fail(error);
    }
    while ((name = g_dir_read_name(folder))) {
        g_ptr_array_add(names, g_strdup(name));
    }
    g_dir_close(folder);
    g_ptr_array_sort(names, compare_names);
    for (guint i = 0; i < names->len; i++) {
        g_autofree char *inner = g_build_filename(path, names->pdata[i], NULL);

        replay(inner);
    }
}

static void replay(const char *path)
{
    if (g_file_test(path, G_FILE_TEST_IS_DIR)) {
        replay_folder(path);
    } else {
        replay_file(path);
    }
}

/* At abort() too: which input it was. */
static void name_input(int signal_number)
{
    if (under_way) {
        fprintf(stderr, "input: %s\n", under_way);
    }
    signal(signal_number, SIG_DFL);
    raise(signal_number);
}

int main(int argc, char **argv)
{
    g_autofree char *name = g_path_get_basename(argv[0]);

    g_set_prgname(name);
    if (argc < 2) {
        fprintf(stderr, "Usage: %s FILE|FOLDER...\n", name);
        return 2;
    }
    signal(SIGABRT, name_input);
    for (int i = 1; i < argc; i++) {
        replay(argv[i]);
    }
    printf("%s: %u inputs, no finding\n", name, n_inputs);
    return 0;
}
