/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * When are two findings of two scenarios the same?
 */
#include "harness/shrink/same.h"

#include <string.h>

#include "harness/shrink/roles.h"

static void add_name(GPtrArray *names, const char *name, gsize n_bytes)
{
    g_autofree char *copy = g_strndup(name, n_bytes);

    if (n_bytes > 0 && !g_ptr_array_find_with_equal_func(names, copy, g_str_equal, NULL)) {
        g_ptr_array_add(names, g_steal_pointer(&copy));
    }
}

static void add_names_of(GPtrArray *names, const Step *step)
{
    for (unsigned i = 0; i < step_n_args(step); i++) {
        NameRole role = role_of(&step->kind->args[i]);
        const char *at = step->args[i].text, *item;
        gsize n_bytes;

        if (role == NAME_DRIVES) {
            while ((item = drives_next_item(&at, &n_bytes))) {
                add_name(names, item, n_bytes);
            }
        } else if (role != NAME_NONE && at) {
            add_name(names, at, strlen(at));
        }
    }
    if (step->label) {
        add_name(names, step->label, strlen(step->label));
    }
}

/* "b10" must be found before "b1" is. */
static gint longest_first(gconstpointer a, gconstpointer b)
{
    const char *left = *(char *const *) a, *right = *(char *const *) b;
    gsize n_left = strlen(left), n_right = strlen(right);

    return n_left == n_right ? strcmp(left, right) : n_left > n_right ? -1 : 1;
}

static GPtrArray *find_names(const Scenario *scenario)
{
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);

    for (guint i = 0; i < scenario->lines->len; i++) {
        const ScenarioLine *line = &g_array_index(scenario->lines, ScenarioLine, i);

        if (line->has_step) {
            add_names_of(names, &line->step);
        }
    }
    g_ptr_array_sort(names, longest_first);
    return names;
}

static bool is_of_word(char byte)
{
    return g_ascii_isalnum(byte) || byte == '_';
}

/* How long the name is that begins here; 0: none does. */
static gsize match_name(const GPtrArray *names, const char *at)
{
    for (guint i = 0; i < names->len; i++) {
        const char *name = g_ptr_array_index(names, i);

        if (g_str_has_prefix(at, name) && !is_of_word(at[strlen(name)])) {
            return strlen(name);
        }
    }
    return 0;
}

/* "12M" and "7" but not the 7 of "x7"; 0: none begins here. */
static gsize match_number(const char *at)
{
    gsize n = strspn(at, "0123456789");

    if (n > 0 && at[n] && strchr("KMGT", at[n]) && !is_of_word(at[n + 1])) {
        n++;
    }
    return n;
}

/* A number behind "12M+" or "0+4M," belongs to a list of ranges, which is one thing. */
static void append_number(GString *text)
{
    if (g_str_has_suffix(text->str, "#+") || g_str_has_suffix(text->str, "#,")) {
        g_string_truncate(text, text->len - 1);
    } else {
        g_string_append_c(text, '#');
    }
}

/* "/a/b/" of "/a/b/pve-backup.c:17": where the source lies says nothing.  0: none begins here. */
static gsize match_folder(const char *at)
{
    gsize n = strcspn(at, " :\n");

    while (n > 0 && at[n - 1] != '/') {
        n--;
    }
    return n;
}

static void append_plain(const GPtrArray *names, const char *words, GString *text)
{
    bool is_in_word = false;

    for (const char *at = words; *at; ) {
        gsize n = is_in_word ? 0 : match_folder(at);

        if (n > 0) {
            at += n;
            continue;
        }
        n = is_in_word ? 0 : match_name(names, at);
        if (n > 0) {
            g_string_append_c(text, '@');
        } else if ((n = match_number(at)) > 0) {
            append_number(text);
        } else {
            n = 1;
            g_string_append_c(text, *at);
        }
        at += n;
        is_in_word = is_of_word(at[-1]);
    }
}

static bool is_death(const Finding *finding)
{
    return strcmp(finding->name, "crash") == 0 || strcmp(finding->name, "hang") == 0;
}

static bool is_expectation(const Finding *finding)
{
    return strcmp(finding->name, "expectation") == 0;
}

/* Where an expectation is broken is told by the kind of the step: the rest of it may change. */
static const char *kind_words_at(const Scenario *scenario, unsigned line_number)
{
    for (guint i = 0; i < scenario->lines->len; i++) {
        const ScenarioLine *line = &g_array_index(scenario->lines, ScenarioLine, i);

        if (line->has_step && line->step.line == line_number) {
            return line->step.kind->words;
        }
    }
    return "";
}

char *finding_likeness(const Scenario *scenario, const Finding *finding)
{
    g_autoptr(GPtrArray) names = find_names(scenario);
    GString *text = g_string_new(finding->name);

    g_string_append_c(text, '\n');
    if (is_expectation(finding)) {
        g_string_append(text, kind_words_at(scenario, finding->line));
    } else if (finding->who) {
        append_plain(names, finding->who, text);
    }
    g_string_append_c(text, '\n');
    if (is_expectation(finding) || strcmp(finding->name, "crash") == 0) {
        append_plain(names, finding->message, text);
    } else if (strcmp(finding->name, "standstill") == 0) {
        /* What never ends; what it waits for is told behind the colon. */
        g_string_append_len(text, finding->message, strcspn(finding->message, ":"));
    }
    return g_string_free(text, FALSE);
}

const Finding *finding_find_like(const Scenario *scenario, const RunResult *result,
                                 const char *likeness)
{
    gsize n_name_bytes = strcspn(likeness, "\n");

    for (guint i = 0; i < result->findings->len; i++) {
        const Finding *finding = &g_array_index(result->findings, Finding, i);
        g_autofree char *its_likeness = NULL;

        if (strncmp(finding->name, likeness, n_name_bytes) == 0) {
            its_likeness = finding_likeness(scenario, finding);
            if (strcmp(its_likeness, likeness) == 0) {
                return finding;
            }
        }
    }
    return NULL;
}

static unsigned weight_of(const Finding *finding)
{
    return is_death(finding) ? 3 : is_expectation(finding) ? 1 : 2;
}

const Finding *finding_choose(const RunResult *result, const char *name)
{
    const Finding *chosen = NULL;

    for (guint i = 0; i < result->findings->len; i++) {
        const Finding *finding = &g_array_index(result->findings, Finding, i);

        if ((!name || strcmp(finding->name, name) == 0)
            && (!chosen || weight_of(finding) > weight_of(chosen))) {
            chosen = finding;
        }
    }
    return chosen;
}

/* Each once, ", " between them.  The caller's. */
static char *list_names(const RunResult *result)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();

    for (guint i = 0; i < result->findings->len; i++) {
        char *name = g_array_index(result->findings, Finding, i).name;

        if (!g_ptr_array_find_with_equal_func(names, name, g_str_equal, NULL)) {
            g_ptr_array_add(names, name);
        }
    }
    g_ptr_array_add(names, NULL);
    return g_strjoinv(", ", (char **) names->pdata);
}

const Finding *finding_choose_or_fail(const Scenario *scenario, const RunResult *result,
                                      const char *name, const char *purpose, GError **error)
{
    const Finding *finding = finding_choose(result, name);
    g_autofree char *names = list_names(result);

    if (!finding && (result->reason || result->findings->len == 0)) {
        g_set_error(error, SCENARIO_ERROR, 0, "%s: there is no finding to %s: %s", scenario->path,
                    purpose, result->reason ? result->reason : "all is well");
    } else if (!finding) {
        g_set_error(error, SCENARIO_ERROR, 0,
                    "%s: there is no finding '%s' to %s; expected one of %s", scenario->path, name,
                    purpose, names);
    }
    return finding;
}
