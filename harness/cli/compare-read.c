/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads a report of bax back from its JSON.  The program may be any, so nothing is taken for
 * granted.
 */
#include <json-glib/json-glib.h>

#include "harness/cli/compare.h"

/* NULL: there is none, or it is no string. */
static char *take_string(JsonObject *object, const char *name)
{
    JsonNode *node = json_object_get_member(object, name);

    return node && JSON_NODE_HOLDS_VALUE(node) && json_node_get_value_type(node) == G_TYPE_STRING
        ? json_node_dup_string(node) : NULL;
}

static gint64 take_number(JsonObject *object, const char *name)
{
    JsonNode *node = json_object_get_member(object, name);

    return node && JSON_NODE_HOLDS_VALUE(node) && json_node_get_value_type(node) == G_TYPE_INT64
        ? json_node_get_int(node) : 0;
}

static JsonArray *find_array(JsonObject *object, const char *name)
{
    JsonNode *node = json_object_get_member(object, name);

    return node && JSON_NODE_HOLDS_ARRAY(node) ? json_node_get_array(node) : NULL;
}

static JsonObject *object_at(JsonArray *array, guint index)
{
    JsonNode *node = json_array_get_element(array, index);

    return JSON_NODE_HOLDS_OBJECT(node) ? json_node_get_object(node) : NULL;
}

/* NULL: not known. */
static GPtrArray *take_lines(JsonObject *object, const char *name)
{
    JsonArray *array = find_array(object, name);
    GPtrArray *lines = array ? g_ptr_array_new_with_free_func(g_free) : NULL;

    for (guint i = 0; array && i < json_array_get_length(array); i++) {
        JsonNode *node = json_array_get_element(array, i);

        if (JSON_NODE_HOLDS_VALUE(node) && json_node_get_value_type(node) == G_TYPE_STRING) {
            g_ptr_array_add(lines, json_node_dup_string(node));
        }
    }
    return lines;
}

static char *take_finding(JsonObject *object)
{
    g_autofree char *name = take_string(object, "name");
    g_autofree char *who = take_string(object, "who");

    return g_strdup_printf("%" G_GINT64_FORMAT ": %s%s%s", take_number(object, "line"),
                           name ? name : "unnamed", who ? " on " : "", who ? who : "");
}

static GPtrArray *take_findings(JsonObject *object)
{
    GPtrArray *lines = g_ptr_array_new_with_free_func(g_free);
    JsonArray *array = find_array(object, "findings");

    for (guint i = 0; array && i < json_array_get_length(array); i++) {
        JsonObject *finding = object_at(array, i);

        if (finding) {
            g_ptr_array_add(lines, take_finding(finding));
        }
    }
    return lines;
}

static void scenario_clear(gpointer opaque)
{
    ComparedScenario *scenario = opaque;

    g_free(scenario->file);
    g_free(scenario->title);
    g_free(scenario->verdict);
    g_free(scenario->reason);
    g_clear_pointer(&scenario->findings, g_ptr_array_unref);
    g_clear_pointer(&scenario->answers, g_ptr_array_unref);
    g_clear_pointer(&scenario->bitmaps, g_ptr_array_unref);
    g_free(scenario);
}

/* False: there is no file or no verdict. */
static bool take_scenario(ComparedReport *report, JsonObject *object)
{
    ComparedScenario *scenario = g_new0(ComparedScenario, 1);

    g_ptr_array_add(report->scenarios, scenario);
    scenario->file = take_string(object, "file");
    scenario->title = take_string(object, "title");
    scenario->verdict = take_string(object, "verdict");
    scenario->reason = take_string(object, "reason");
    scenario->findings = take_findings(object);
    scenario->answers = take_lines(object, "answers");
    scenario->bitmaps = take_lines(object, "final_bitmaps");
    return scenario->file && scenario->verdict;
}

static bool take_report(ComparedReport *report, JsonNode *root)
{
    JsonObject *object = root && JSON_NODE_HOLDS_OBJECT(root) ? json_node_get_object(root) : NULL;
    g_autofree char *name = object ? take_string(object, "program") : NULL;
    JsonArray *scenarios = object ? find_array(object, "scenarios") : NULL;

    if (g_strcmp0(name, "bax") != 0 || !scenarios) {
        return false;
    }
    report->subject = take_string(object, "subject");
    report->generation = (unsigned) take_number(object, "generation");
    for (guint i = 0; i < json_array_get_length(scenarios); i++) {
        JsonObject *scenario = object_at(scenarios, i);

        if (!scenario || !take_scenario(report, scenario)) {
            return false;
        }
    }
    return report->subject != NULL;
}

ComparedReport *compared_report_parse(const char *program, const char *json, gsize n_bytes,
                                      GError **error)
{
    g_autoptr(JsonParser) parser = json_parser_new_immutable();
    g_autoptr(ComparedReport) report = g_new0(ComparedReport, 1);

    report->program = g_strdup(program);
    report->scenarios = g_ptr_array_new_with_free_func(scenario_clear);
    /* What nests deep would be the end of the parser: a report begins with its program. */
    if (!g_strstr_len(json, (gssize) MIN(n_bytes, 64), "\"program\"")
        || !json_parser_load_from_data(parser, json, (gssize) n_bytes, NULL)
        || !take_report(report, json_parser_get_root(parser))) {
        g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_INVAL,
                    "'%s run --format json' gave no report of bax", program);
        return NULL;
    }
    return g_steal_pointer(&report);
}

void compared_report_free(ComparedReport *report)
{
    g_free(report->program);
    g_free(report->subject);
    g_ptr_array_unref(report->scenarios);
    g_free(report);
}
