/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which findings of many random runs are the same one: those that say the same but for numbers.
 */
#define _GNU_SOURCE     /* strchrnul() */

#include <string.h>

#include "harness/soak/soak.h"

#define MAX_KEY_BYTES 240

static void clear(void *opaque)
{
    SoakFinding *finding = opaque;

    g_free(finding->key);
    g_free(finding->name);
    g_free(finding->who);
    g_free(finding->message);
    g_free(finding->schedule);
    g_free(finding->file);
}

GArray *soak_findings_new(void)
{
    GArray *findings = g_array_new(FALSE, TRUE, sizeof(SoakFinding));

    g_array_set_clear_func(findings, clear);
    return findings;
}

static bool is_telling(const char *word, size_t length)
{
    if (length > 40) {
        return false;       /* a name without end */
    }
    for (size_t i = 0; i < length; i++) {
        if (g_ascii_isdigit(word[i])) {
            return false;
        }
    }
    return true;
}

/* A crash says in its first line what it is; where it was is more than can be compared. */
static char *make_key(const Finding *finding)
{
    g_autoptr(GString) key = g_string_new(finding->name);
    const char *at = finding->message;
    const char *end = strcmp(finding->name, "crash") == 0 ? strchrnul(at, '\n')
                                                          : at + strlen(at);

    while (at < end && key->len < MAX_KEY_BYTES) {
        size_t length = strcspn(at, " \n");

        length = MIN(length, (size_t) (end - at));
        g_string_append_c(key, ' ');
        if (is_telling(at, length)) {
            g_string_append_len(key, at, length);
        } else {
            g_string_append_c(key, '#');
        }
        at += length;
        at += at < end;
    }
    return g_string_free(g_steal_pointer(&key), FALSE);
}

static SoakFinding *find(GArray *findings, const char *key)
{
    for (guint i = 0; i < findings->len; i++) {
        SoakFinding *finding = &g_array_index(findings, SoakFinding, i);

        if (strcmp(finding->key, key) == 0) {
            return finding;
        }
    }
    return NULL;
}

bool soak_findings_add(GArray *findings, uint64_t index, const RunResult *result)
{
    bool is_new = false;

    for (guint i = 0; result->findings && i < result->findings->len; i++) {
        const Finding *from = &g_array_index(result->findings, Finding, i);
        g_autofree char *key = make_key(from);
        SoakFinding *known = find(findings, key);
        SoakFinding finding;

        if (known) {
            known->n_runs++;
            continue;
        }
        finding = (SoakFinding) {
            .key = g_steal_pointer(&key),
            .name = g_strdup(from->name),
            .who = g_strdup(from->who),
            .message = g_strdup(from->message),
            .schedule = g_strdup(result->schedule),
            .first_run = index,
            .n_runs = 1,
        };
        g_array_append_val(findings, finding);
        is_new = true;
    }
    return is_new;
}
