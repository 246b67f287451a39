/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What an exploration comes to, as text and as JSON.  No times: equal explorations have equal
 * certificates.
 */
#include "harness/explore/certificate.h"

#include <json-glib/json-glib.h>

#include "harness/report/report.h"
#include "harness/subject/subject.h"

typedef struct Row {
    const char *name;       /* in JSON */
    const char *words;      /* in text */
    uint64_t value;
} Row;

#define MAX_ROWS 16

static unsigned list_bound(const ExploreBound *bound, Row rows[MAX_ROWS])
{
    const Row all[] = {
        { "drives", "drives", bound->n_drives },
        { "chunks", "chunks each", bound->n_chunks },
        { "targets", "targets", bound->n_targets },
        { "names", "names of bitmaps", bound->n_names },
        { "depth", "steps", bound->depth },
        { "faults", "faults", bound->n_faults },
        { "preemptions", "preemptions", bound->n_preemptions },
        { "held", "writes held at a time", bound->n_held },
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(all); i++) {
        rows[i] = all[i];
    }
    return G_N_ELEMENTS(all);
}

static unsigned list_counts(const Explore *explore, Row rows[MAX_ROWS])
{
    const Row all[] = {
        { "states", "states", explore->set.n_keys },
        { "at_rest", "of them at rest", explore_count_at_rest(explore) },
        { "sequences", "sequences", explore->counts.n_sequences },
        { "schedules", "schedules", explore->counts.n_schedules },
        { "runs", "runs", explore->counts.n_runs },
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(all); i++) {
        rows[i] = all[i];
    }
    return G_N_ELEMENTS(all);
}

static const char *end_words(const Explore *explore)
{
    switch (explore->end) {
    case EXPLORE_UNFINISHED:
        return "not exhausted; no finding so far";
    case EXPLORE_EXHAUSTED:
        return explore->n_shards > 1 ? "this shard is exhausted; no finding"
                                     : "exhausted; no finding";
    case EXPLORE_FOUND:
        return "a finding";
    }
    g_assert_not_reached();
}

/* ---- text ---------------------------------------------------------------------- */

static void print_rows(const char *title, const Row *rows, unsigned n, GString *text)
{
    g_string_append_printf(text, "%s: ", title);
    for (unsigned i = 0; i < n; i++) {
        g_string_append_printf(text, "%s%" G_GUINT64_FORMAT " %s", i ? ", " : "", rows[i].value,
                               rows[i].words);
    }
    g_string_append(text, ".\n");
}

static void print_finding(const Explore *explore, const RunResult *result, const char *file,
                          GString *text)
{
    g_string_append_printf(text, "\nAfter %u steps and %u preemptions, the fewest steps that "
                           "lead to one: %s\n", explore->found.n_steps, explore->found.n_answers,
                           report_verdict_name(result->verdict));
    for (guint i = 0; result->findings && i < result->findings->len; i++) {
        const Finding *finding = &g_array_index(result->findings, Finding, i);

        g_string_append_printf(text, "line %u: %s%s%s\n", finding->line, finding->name,
                               finding->who ? " on " : "", finding->who ? finding->who : "");
        report_append_indented(text, "  ", finding->message);
    }
    if (result->reason) {
        report_append_indented(text, "  ", result->reason);
    }
    if (file) {
        g_string_append_printf(text, "scenario: %s\n", file);
    }
}

void certificate_print(const Explore *explore, const RunResult *result, const char *file,
                       GString *text)
{
    Row rows[MAX_ROWS];

    print_rows("Bound", rows, list_bound(&explore->alphabet.bound, rows), text);
    print_rows("Done", rows, list_counts(explore, rows), text);
    if (explore->n_shards > 1) {
        g_string_append_printf(text, "Shard: %u of %u.\n", explore->shard + 1,
                               explore->n_shards);
    }
    g_string_append_printf(text, "Symmetry: %s.\n", explore->bound.is_asymmetric
                           ? "equal things count each on its own"
                           : "equal drives, chunks, targets and names count once");
    g_string_append_printf(text, "Digest: %016" G_GINT64_MODIFIER "x (bound and states), "
                           "%016" G_GINT64_MODIFIER "x (at rest).\n", explore_digest(explore),
                           explore_digest_at_rest(explore));
    g_string_append_printf(text, "Code under test: %s (generation %u).\nResult: %s.\n",
                           subject.name, subject.generation, end_words(explore));
    if (result) {
        print_finding(explore, result, file, text);
    }
}

/* ---- JSON ------------------------------------------------------------------------ */

static void add_string(JsonBuilder *builder, const char *name, const char *value)
{
    g_autofree char *valid = value ? g_utf8_make_valid(value, -1) : NULL;

    json_builder_set_member_name(builder, name);
    if (valid) {
        json_builder_add_string_value(builder, valid);
    } else {
        json_builder_add_null_value(builder);
    }
}

static void add_rows(JsonBuilder *builder, const char *name, const Row *rows, unsigned n)
{
    json_builder_set_member_name(builder, name);
    json_builder_begin_object(builder);
    for (unsigned i = 0; i < n; i++) {
        json_builder_set_member_name(builder, rows[i].name);
        json_builder_add_int_value(builder, (gint64) rows[i].value);
    }
    json_builder_end_object(builder);
}

static void add_finding(JsonBuilder *builder, const Explore *explore, const RunResult *result,
                        const char *file)
{
    json_builder_set_member_name(builder, "finding");
    if (!result) {
        json_builder_add_null_value(builder);
        return;
    }
    json_builder_begin_object(builder);
    json_builder_set_member_name(builder, "steps");
    json_builder_add_int_value(builder, explore->found.n_steps);
    json_builder_set_member_name(builder, "preemptions");
    json_builder_add_int_value(builder, explore->found.n_answers);
    add_string(builder, "verdict", report_verdict_name(result->verdict));
    add_string(builder, "file", file);
    json_builder_set_member_name(builder, "findings");
    json_builder_begin_array(builder);
    for (guint i = 0; result->findings && i < result->findings->len; i++) {
        const Finding *finding = &g_array_index(result->findings, Finding, i);

        json_builder_begin_object(builder);
        add_string(builder, "name", finding->name);
        add_string(builder, "who", finding->who);
        add_string(builder, "message", finding->message);
        json_builder_end_object(builder);
    }
    json_builder_end_array(builder);
    json_builder_end_object(builder);
}

void certificate_print_json(const Explore *explore, const RunResult *result, const char *file,
                            GString *text)
{
    static const char *const ends[] = {
        [EXPLORE_UNFINISHED] = "unfinished",
        [EXPLORE_EXHAUSTED] = "exhausted",
        [EXPLORE_FOUND] = "finding",
    };
    g_autoptr(JsonBuilder) builder = json_builder_new();
    g_autoptr(JsonGenerator) generator = json_generator_new();
    g_autoptr(JsonNode) root = NULL;
    g_autofree char *digest = g_strdup_printf("%016" G_GINT64_MODIFIER "x",
                                              explore_digest(explore));
    g_autofree char *digest_at_rest = g_strdup_printf("%016" G_GINT64_MODIFIER "x",
                                                      explore_digest_at_rest(explore));
    g_autofree char *json = NULL;
    Row rows[MAX_ROWS];

    json_builder_begin_object(builder);
    add_string(builder, "subject", subject.name);
    json_builder_set_member_name(builder, "generation");
    json_builder_add_int_value(builder, subject.generation);
    add_rows(builder, "bound", rows, list_bound(&explore->alphabet.bound, rows));
    json_builder_set_member_name(builder, "symmetry");
    json_builder_add_boolean_value(builder, !explore->bound.is_asymmetric);
    json_builder_set_member_name(builder, "shard");
    json_builder_add_int_value(builder, explore->shard + 1);
    json_builder_set_member_name(builder, "shards");
    json_builder_add_int_value(builder, explore->n_shards);
    add_rows(builder, "done", rows, list_counts(explore, rows));
    add_string(builder, "digest", digest);
    add_string(builder, "digest_at_rest", digest_at_rest);
    add_string(builder, "result", ends[explore->end]);
    add_finding(builder, explore, result, file);
    json_builder_end_object(builder);
    root = json_builder_get_root(builder);
    json_generator_set_root(generator, root);
    json_generator_set_pretty(generator, TRUE);
    json = json_generator_to_data(generator, NULL);
    g_string_append_printf(text, "%s\n", json);
}
