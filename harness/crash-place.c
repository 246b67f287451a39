/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Finds names for the frames of a process that crashed: which function, called from where in
 * the code under test.
 *
 * The code under test is all in one section (cmake/prepare-subject), so its frames are known by
 * their addresses, and it is compiled with line numbers.  addr2line reads these; where there is
 * none, the name of the function has to do.
 */
#define _GNU_SOURCE     /* dl_iterate_phdr() */

#include <link.h>
#include <string.h>

#include "harness/isolate.h"
#include "harness/subject/function-name.h"

extern const char __start_subject_text[] __attribute__((weak));
extern const char __stop_subject_text[] __attribute__((weak));

static bool is_in_subject(guintptr address)
{
    return address > (guintptr) __start_subject_text
        && address <= (guintptr) __stop_subject_text;
}

/* The program itself comes first. */
static int see_program(struct dl_phdr_info *info, size_t size G_GNUC_UNUSED, void *ret_base)
{
    *(guintptr *) ret_base = info->dlpi_addr;
    return 1;
}

/* "pve-backup.c:12", without its folder; NULL: nobody knows. */
static char *find_source_line(guintptr address)
{
    g_autofree char *program = g_file_read_link("/proc/self/exe", NULL);
    g_autofree char *where = NULL, *said = NULL, *file = NULL;
    const char *arguments[] = { "addr2line", "-e", program, NULL, NULL };
    GSpawnFlags flags = G_SPAWN_SEARCH_PATH | G_SPAWN_STDERR_TO_DEV_NULL;
    guintptr base = 0;
    char *number;

    dl_iterate_phdr(see_program, &base);
    where = g_strdup_printf("0x%zx", (size_t) (address - base - 1));
    arguments[3] = where;
    if (!program || !g_spawn_sync(NULL, (char **) arguments, NULL, flags, NULL, NULL, &said, NULL,
                                  NULL, NULL)) {
        return NULL;
    }
    file = g_path_get_basename(said);
    number = strrchr(file, ':');
    if (!number || g_ascii_strtoull(number + 1, NULL, 10) == 0) {
        return NULL;
    }
    return g_strndup(file, number + 1 + strspn(number + 1, "0123456789") - file);
}

/* "pve-backup.c:12 in f()", or "f()".  A batch crashes at the same few places again and again. */
static const char *describe(guintptr address)
{
    static GHashTable *places;
    char *place;

    if (!places) {
        places = g_hash_table_new_full(NULL, NULL, NULL, g_free);
    }
    place = g_hash_table_lookup(places, (gpointer) address);
    if (!place) {
        g_autofree char *line = find_source_line(address);

        place = g_strdup_printf("%s%s%s()", line ? line : "", line ? " in " : "",
                                function_name_at((gpointer) address));
        g_hash_table_insert(places, (gpointer) address, place);
    }
    return place;
}

static const char *preposition(const char *place)
{
    return strchr(place, ':') ? "at" : "in";
}

static char *tell_place(guintptr innermost, guintptr in_subject)
{
    const char *place = describe(innermost);

    return in_subject == 0 || in_subject == innermost
        ? g_strdup_printf("Crashed %s %s.", preposition(place), place)
        : g_strdup_printf("Crashed %s %s, called from %s.", preposition(place), place,
                          describe(in_subject));
}

char *isolate_crash_place(const char *said)
{
    const char *frames = g_strrstr(said, ISOLATE_FRAMES_MARK);
    guintptr innermost = 0;

    if (!frames) {
        return NULL;
    }
    frames += strlen(ISOLATE_FRAMES_MARK);
    while (g_str_has_prefix(frames, " 0x")) {
        guintptr address = g_ascii_strtoull(frames + 1, (char **) &frames, 16);

        if (innermost == 0 && strcmp(function_name_at((gpointer) address), "?") != 0) {
            innermost = address;
        }
        if (is_in_subject(address)) {
            return tell_place(innermost ? innermost : address, address);
        }
    }
    return innermost ? tell_place(innermost, 0) : NULL;
}
