/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The result of a run as text, for the pipe between child and parent.
 *
 * Almost all runs are good and have nothing to tell but numbers: "good" and four of them, in
 * hexadecimal, with a mark at their end.  Any other one is a JSON object, in which 64-bit
 * numbers are hexadecimal strings, since JSON's numbers do not hold them all.  The text comes
 * from a process that may have overwritten anything, so reading checks all of it.
 */
#include <json-glib/json-glib.h>
#include <string.h>

#include "harness/isolate.h"
#include "sim/core/fault.h"

#define BEGINNING "{\"verdict\":"
#define GOOD_BEGINNING "good "

/* ---- JSON ------------------------------------------------------------------ */

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

static void add_u64(JsonBuilder *builder, const char *name, uint64_t value)
{
    g_autofree char *text = g_strdup_printf("%" G_GINT64_MODIFIER "x", value);

    json_builder_set_member_name(builder, name);
    json_builder_add_string_value(builder, text);
}

static void add_findings(JsonBuilder *builder, const GArray *findings)
{
    json_builder_set_member_name(builder, "findings");
    json_builder_begin_array(builder);
    for (guint i = 0; findings && i < findings->len; i++) {
        const Finding *finding = &g_array_index(findings, Finding, i);

        json_builder_begin_object(builder);
        add_string(builder, "name", finding->name);
        add_string(builder, "who", finding->who);
        add_u64(builder, "line", finding->line);
        add_string(builder, "message", finding->message);
        json_builder_end_object(builder);
    }
    json_builder_end_array(builder);
}

static void add_calls(JsonBuilder *builder, const uint32_t *calls)
{
    json_builder_set_member_name(builder, "calls");
    json_builder_begin_array(builder);
    for (unsigned i = 0; calls && i < SIM_N_FAULT_CALLS; i++) {
        json_builder_add_int_value(builder, calls[i]);
    }
    json_builder_end_array(builder);
}

static char *object_to_text(const RunResult *result)
{
    g_autoptr(JsonBuilder) builder = json_builder_new();
    g_autoptr(JsonNode) root = NULL;

    json_builder_begin_object(builder);
    add_u64(builder, "verdict", result->verdict);
    add_u64(builder, "digest", result->digest);
    add_u64(builder, "events", result->n_events);
    add_u64(builder, "virtual-ns", result->virtual_ns);
    add_u64(builder, "steps", result->n_steps);
    add_string(builder, "reason", result->reason);
    add_findings(builder, result->findings);
    add_string(builder, "answers", result->answers);
    add_string(builder, "bitmaps", result->bitmaps);
    add_string(builder, "schedule", result->schedule);
    add_string(builder, "divergence", result->divergence);
    add_calls(builder, result->calls);
    json_builder_end_object(builder);

    root = json_builder_get_root(builder);
    return json_to_string(root, FALSE);
}

/* JsonReader keeps the first error and answers NULL from then on. */
static char *read_string(JsonReader *reader, const char *name)
{
    char *value = NULL;

    json_reader_read_member(reader, name);
    if (!json_reader_get_null_value(reader)) {
        value = g_strdup(json_reader_get_string_value(reader));
    }
    json_reader_end_member(reader);
    return value;
}

static uint64_t read_u64(JsonReader *reader, const char *name, uint64_t max, bool *ok)
{
    guint64 value = 0;

    json_reader_read_member(reader, name);
    const char *text = json_reader_get_string_value(reader);
    if (!text || !g_ascii_string_to_unsigned(text, 16, 0, max, &value, NULL)) {
        *ok = false;
    }
    json_reader_end_member(reader);
    return value;
}

static bool read_findings(JsonReader *reader, GArray *findings)
{
    bool ok = true;
    int n;

    json_reader_read_member(reader, "findings");
    n = json_reader_count_elements(reader);
    for (int i = 0; ok && i < n; i++) {
        Finding finding;

        json_reader_read_element(reader, i);
        finding = (Finding) {
            .name = read_string(reader, "name"),
            .who = read_string(reader, "who"),
            .line = read_u64(reader, "line", UINT_MAX, &ok),
            .message = read_string(reader, "message"),
        };
        ok = ok && finding.name && finding.message;
        g_array_append_val(findings, finding);
        json_reader_end_element(reader);
    }
    json_reader_end_member(reader);
    return ok && n >= 0;
}

/* None at all if they were not counted. */
static bool read_calls(JsonReader *reader, uint32_t **ret_calls)
{
    bool ok = true;
    int n;

    json_reader_read_member(reader, "calls");
    n = json_reader_count_elements(reader);
    if (n == SIM_N_FAULT_CALLS) {
        *ret_calls = g_new0(uint32_t, SIM_N_FAULT_CALLS);
        for (int i = 0; i < n; i++) {
            int64_t value;

            json_reader_read_element(reader, i);
            value = json_reader_get_int_value(reader);
            ok = ok && value >= 0 && value <= UINT32_MAX;
            (*ret_calls)[i] = (uint32_t) value;
            json_reader_end_element(reader);
        }
    }
    json_reader_end_member(reader);
    return ok && (n == 0 || n == SIM_N_FAULT_CALLS);
}

static bool object_from_text(const char *text, gsize n_bytes, RunResult *ret_result,
                             GError **error)
{
    g_autoptr(JsonParser) parser = json_parser_new_immutable();
    g_autoptr(JsonReader) reader = NULL;
    bool ok = true;

    /* The parser recurses into whatever nests, so garbage is turned away before. */
    if (n_bytes < strlen(BEGINNING) || memcmp(text, BEGINNING, strlen(BEGINNING)) != 0) {
        g_set_error(error, JSON_READER_ERROR, JSON_READER_ERROR_NO_OBJECT,
                    "the text does not begin as that of a result");
        return false;
    }
    if (!json_parser_load_from_data(parser, text, n_bytes, error)) {
        return false;
    }
    reader = json_reader_new(json_parser_get_root(parser));
    ret_result->verdict = read_u64(reader, "verdict", RUN_OWN_FAULT, &ok);
    ret_result->digest = read_u64(reader, "digest", UINT64_MAX, &ok);
    ret_result->n_events = read_u64(reader, "events", UINT64_MAX, &ok);
    ret_result->virtual_ns = read_u64(reader, "virtual-ns", UINT64_MAX, &ok);
    ret_result->n_steps = read_u64(reader, "steps", UINT_MAX, &ok);
    ret_result->reason = read_string(reader, "reason");
    ok = read_findings(reader, ret_result->findings) && ok;
    ret_result->answers = read_string(reader, "answers");
    ret_result->bitmaps = read_string(reader, "bitmaps");
    ret_result->schedule = read_string(reader, "schedule");
    ret_result->divergence = read_string(reader, "divergence");
    ok = read_calls(reader, &ret_result->calls) && ok;
    if (!ok || json_reader_get_error(reader)) {
        g_set_error(error, JSON_READER_ERROR, JSON_READER_ERROR_INVALID_TYPE,
                    "the text is not that of a result");
        return false;
    }
    return true;
}

/* ---- good ones ------------------------------------------------------------- */

static bool has_only_numbers(const RunResult *result)
{
    return result->verdict == RUN_GOOD && !result->reason && !result->answers && !result->bitmaps
        && !result->schedule && !result->divergence && !result->calls
        && (!result->findings || result->findings->len == 0);
}

static char *numbers_to_text(const RunResult *result)
{
    return g_strdup_printf(GOOD_BEGINNING "%" G_GINT64_MODIFIER "x %" G_GINT64_MODIFIER "x %"
                           G_GINT64_MODIFIER "x %x;", result->digest, result->n_events,
                           result->virtual_ns, result->n_steps);
}

/* A number without sign or blanks before it, and what stands behind it. */
static bool take_number(const char **text, const char *end, char terminator, uint64_t max,
                        uint64_t *ret_number)
{
    const char *at = *text;
    uint64_t number = 0;

    while (at < end && g_ascii_isxdigit(*at) && number <= max >> 4) {
        number = number << 4 | (unsigned) g_ascii_xdigit_value(*at++);
    }
    if (at == *text || number > max || at == end || *at++ != terminator) {
        return false;
    }
    *text = at;
    *ret_number = number;
    return true;
}

static bool numbers_from_text(const char *text, const char *end, RunResult *result)
{
    uint64_t n_steps = 0;
    bool ok = take_number(&text, end, ' ', UINT64_MAX, &result->digest)
        && take_number(&text, end, ' ', UINT64_MAX, &result->n_events)
        && take_number(&text, end, ' ', UINT64_MAX, &result->virtual_ns)
        && take_number(&text, end, ';', UINT_MAX, &n_steps)
        && text == end;

    result->verdict = RUN_GOOD;
    result->n_steps = n_steps;
    return ok;
}

/* ---- any ------------------------------------------------------------------- */

char *isolate_result_to_text(const RunResult *result)
{
    if (has_only_numbers(result)) {
        return numbers_to_text(result);
    }
    return object_to_text(result);
}

bool isolate_result_from_text(const char *text, gsize n_bytes, RunResult *ret_result,
                              GError **error)
{
    gsize n_mark_bytes = strlen(GOOD_BEGINNING);

    *ret_result = (RunResult) { .findings = findings_new() };
    if (n_bytes < n_mark_bytes || memcmp(text, GOOD_BEGINNING, n_mark_bytes) != 0) {
        return object_from_text(text, n_bytes, ret_result, error);
    }
    if (!numbers_from_text(text + n_mark_bytes, text + n_bytes, ret_result)) {
        g_set_error(error, JSON_READER_ERROR, JSON_READER_ERROR_INVALID_TYPE,
                    "the text is not that of a good result");
        return false;
    }
    return true;
}
