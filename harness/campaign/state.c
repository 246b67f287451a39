/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How far a campaign is: state.json, and how often which finding was met.
 *
 * A state that is older than the rest of the folder, or not there at all, costs some work that is
 * done again, and nothing else.
 */
#include "harness/campaign/campaign-private.h"

#include <json-glib/json-glib.h>

#define MAX_WORTH_IT 1024

static Met *find(const Shared *shared, uint64_t likeness)
{
    for (unsigned i = 0; i < MET_SIZE; i++) {
        const Met *met = &shared->met[(likeness + i) % MET_SIZE];

        if (met->likeness == likeness || met->likeness == 0) {
            return (Met *) met;
        }
    }
    return NULL;
}

uint32_t met_count(const Shared *shared, uint64_t likeness)
{
    const Met *met = find(shared, likeness);

    return met ? met->n : 0;
}

/* Two processes that take one place at once lose a count, no more. */
void met_add(Shared *shared, uint64_t likeness, uint32_t n)
{
    Met *met = find(shared, likeness);

    if (met) {
        met->likeness = likeness;
        __atomic_fetch_add(&met->n, n, __ATOMIC_RELAXED);
    }
}

bool met_is_next_worth_it(const Shared *shared, uint64_t likeness)
{
    uint32_t next = met_count(shared, likeness) + 1;

    return next <= MAX_WORTH_IT && (next & (next - 1)) == 0;
}

/* ---- state.json ------------------------------------------------------------ */

static bool refuse(const char *path, const char *why, GError **error)
{
    g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_INVAL,
                "%s is not the state of a campaign: %s; without it the campaign begins anew and "
                "keeps corpus and findings", path, why);
    return false;
}

static bool read_met(Campaign *campaign, JsonObject *object)
{
    g_autoptr(GList) names = json_object_get_members(object);

    for (GList *item = names; item; item = item->next) {
        uint64_t likeness;
        JsonNode *node = json_object_get_member(object, item->data);

        if (!g_ascii_string_to_unsigned(item->data, 16, 1, G_MAXUINT64, &likeness, NULL)
            || json_node_get_value_type(node) != G_TYPE_INT64
            || json_node_get_int(node) < 0 || json_node_get_int(node) > G_MAXUINT32) {
            return false;
        }
        met_add(campaign->shared, likeness, json_node_get_int(node));
    }
    return true;
}

static bool read_state(Campaign *campaign, JsonNode *root, const char *path, GError **error)
{
    JsonObject *object;
    JsonNode *version, *next, *met;

    if (!root || !JSON_NODE_HOLDS_OBJECT(root)) {
        return refuse(path, "it holds no object", error);
    }
    object = json_node_get_object(root);
    version = json_object_get_member(object, "version");
    next = json_object_get_member(object, "next_run");
    met = json_object_get_member(object, "met");
    if (!version || json_node_get_value_type(version) != G_TYPE_INT64
        || json_node_get_int(version) != 1) {
        return refuse(path, "expected \"version\": 1", error);
    }
    if (!next || json_node_get_value_type(next) != G_TYPE_INT64 || json_node_get_int(next) < 0
        || json_node_get_int(next) > G_MAXINT64 / 2) {
        return refuse(path, "expected a number of runs as \"next_run\"", error);
    }
    if (!met || !JSON_NODE_HOLDS_OBJECT(met) || !read_met(campaign, json_node_get_object(met))) {
        return refuse(path, "expected numbers as \"met\"", error);
    }
    campaign->shared->next_run = json_node_get_int(next);
    campaign->begin_ms = MAX(json_object_get_int_member_with_default(object, "ms", 0), 0);
    return true;
}

bool state_load(Campaign *campaign, GError **error)
{
    g_autofree char *path = g_build_filename(campaign->options->folder, "state.json", NULL);
    g_autofree char *text = NULL;
    g_autoptr(JsonNode) root = NULL;
    g_autoptr(GError) reason = NULL;

    if (!g_file_test(path, G_FILE_TEST_EXISTS)) {
        return true;
    }
    if (!g_file_get_contents(path, &text, NULL, error)) {
        return false;
    }
    root = json_from_string(text, &reason);
    return reason ? refuse(path, "it is no JSON", error)
                  : read_state(campaign, root, path, error);
}

bool state_save(const Campaign *campaign, GError **error)
{
    const Shared *shared = campaign->shared;
    g_autoptr(GString) text = g_string_new(NULL);
    const char *separator = "";

    g_string_printf(text, "{\n  \"version\": 1,\n  \"next_run\": %" G_GUINT64_FORMAT
                    ",\n  \"ms\": %" G_GUINT64_FORMAT ",\n  \"met\": {",
                    MIN(shared->next_run, shared->end_run), moment_now(campaign).ms);
    for (unsigned i = 0; i < MET_SIZE; i++) {
        if (shared->met[i].likeness) {
            g_string_append_printf(text, "%s\n    \"%016" G_GINT64_MODIFIER "x\": %u", separator,
                                   shared->met[i].likeness, shared->met[i].n);
            separator = ",";
        }
    }
    g_string_append(text, "\n  }\n}\n");
    return folder_write(campaign->options->folder, "state.json", text->str, SUPERVISOR, error);
}
