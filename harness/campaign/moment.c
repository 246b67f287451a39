/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * When a finding was met first: after how many runs, and how much time.
 *
 * Nothing is decided by it.  An input in the queue says it in its first line, since it may be
 * judged much later; and a finding keeps it in a file of its own, so that the time, which differs
 * whenever the same is done again, is in no other.
 */
#include "harness/campaign/campaign-private.h"

#include <string.h>

#define FORMAT_BEGINNING "# Run "
#define FORMAT_MIDDLE ", after "

Moment moment_now(const Campaign *campaign)
{
    gint64 passed_us = g_get_monotonic_time() - campaign->begin_us;

    return (Moment) {
        .n_runs = __atomic_load_n(&campaign->shared->next_run, __ATOMIC_RELAXED),
        .ms = campaign->begin_ms + passed_us / 1000,
    };
}

char *moment_print(const Moment *moment)
{
    return g_strdup_printf(FORMAT_BEGINNING "%" G_GUINT64_FORMAT FORMAT_MIDDLE "%" G_GUINT64_FORMAT
                           ".%u s.\n", moment->n_runs, moment->ms / 1000,
                           (unsigned) (moment->ms % 1000 / 100));
}

Moment moment_take(const char **text)
{
    Moment moment = { 0 };
    char *end;

    if (!g_str_has_prefix(*text, FORMAT_BEGINNING)) {
        return moment;
    }
    moment.n_runs = g_ascii_strtoull(*text + strlen(FORMAT_BEGINNING), &end, 10);
    if (g_str_has_prefix(end, FORMAT_MIDDLE)) {
        moment.ms = g_ascii_strtoull(end + strlen(FORMAT_MIDDLE), &end, 10) * 1000;
        moment.ms += *end == '.' ? g_ascii_digit_value(end[1]) * 100u : 0;
    }
    *text = strchr(end, '\n') ? strchr(end, '\n') + 1 : end;
    return moment;
}
