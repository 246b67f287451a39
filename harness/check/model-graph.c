/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The model: the block graph as text, and whether it is again what it was.
 *
 * Two things are nobody's fault.  Drives that were added since stand among the others, backends
 * before all nodes.  And while somebody waits in a nested loop, drained sections of his are
 * open: then the counters of drained sections say nothing, and a drive that is being unplugged
 * may not be gone yet.
 */
#include <string.h>

#include "harness/check/model-internal.h"

#define COUNTER " quiesced="

void model_graph_take(ModelGraph *graph)
{
    if (!graph->text) {
        graph->text = g_string_sized_new(512);
    }
    g_string_truncate(graph->text, 0);
    sim_world_print_graph(graph->text);
    graph->has_sections = sim_world_is_polling();
}

void model_graph_clear(ModelGraph *graph)
{
    if (graph->text) {
        g_string_free(graph->text, TRUE);
    }
    *graph = (ModelGraph) { 0 };
}

/* ---- drives that come and go -------------------------------------------------- */

static bool starts_with_words(const char *line, const char *first, const char *second,
                              const char *suffix)
{
    const char *words[] = { first, second, suffix, " " };

    for (unsigned i = 0; i < G_N_ELEMENTS(words); i++) {
        if (!g_str_has_prefix(line, words[i])) {
            return false;
        }
        line += strlen(words[i]);
    }
    return true;
}

/* The node of a fleecing image is known by its backend, as @text has it. */
static bool is_fleecing_node(const char *text, const char *line, const ModelDrive *drive)
{
    g_autofree char *words = g_strconcat("backend ", drive->name, "-fleecing root=", NULL);
    const char *backend = strstr(text, words);
    g_autofree char *node = NULL;

    if (!backend) {
        return false;
    }
    backend += strlen(words);
    node = g_strndup(backend, strcspn(backend, " "));
    return starts_with_words(line, "node ", node, "");
}

static bool is_of_fleecing(const char *text, const char *line, const ModelDrive *drive)
{
    return starts_with_words(line, "backend ", drive->name, "-fleecing") ||
           is_fleecing_node(text, line, drive);
}

static bool is_of_drive(const char *line, const ModelDrive *drive)
{
    return starts_with_words(line, "backend ", drive->name, "") ||
           starts_with_words(line, "node ", drive->node_name, "");
}

static bool is_excused(const Model *model, const ModelGraph *graph, const char *line,
                       unsigned n_drives)
{
    for (unsigned i = 0; i < model->drives->len; i++) {
        const ModelDrive *drive = model_drive_at(model, i);

        bool is_later = i >= n_drives;

        if (((is_later || (drive->is_unplugged && graph->has_sections)) &&
             is_of_drive(line, drive)) ||
            (is_later && is_of_fleecing(graph->text->str, line, drive))) {
            return true;
        }
    }
    return false;
}

/* ---- comparing ------------------------------------------------------------------ */

static const char *skip_number(const char *at)
{
    return at + strspn(at, "0123456789");
}

/* Moves both past a line that is the same in both, or returns false. */
static bool skip_same_line(const char **ret_a, const char **ret_b, bool ignores_sections)
{
    const char *a = *ret_a;
    const char *b = *ret_b;

    while (*a == *b && *a && *a != '\n') {
        if (ignores_sections && g_str_has_prefix(a, COUNTER) && g_str_has_prefix(b, COUNTER)) {
            a = skip_number(a + strlen(COUNTER));
            b = skip_number(b + strlen(COUNTER));
        } else {
            a++;
            b++;
        }
    }
    if (*a != '\n' || *b != '\n') {
        return false;
    }
    *ret_a = a + 1;
    *ret_b = b + 1;
    return true;
}

bool model_graph_is_again(Model *model, const ModelGraph *before, unsigned n_drives,
                          const ModelGraph *now)
{
    bool ignores_sections = before->has_sections || now->has_sections;
    const char *old = before->text->str;
    const char *new = now->text->str;

    if (g_string_equal(before->text, now->text)) {
        return true;
    }
    model_sync_drives(model);       /* no deed tells of a drive that was just added */
    while (*new) {
        if (is_excused(model, now, new, n_drives)) {
            new = strchr(new, '\n') + 1;
        } else if (!skip_same_line(&old, &new, ignores_sections)) {
            return false;
        }
    }
    return !*old;
}
