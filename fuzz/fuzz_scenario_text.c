/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The parser on any bytes.
 *
 * It must say yes, or no with a sentence that names the place; and what it takes must print to
 * a text that parses and prints to itself.
 */
#include <string.h>

#include "fuzz/finding.h"
#include "harness/scenario/scenario.h"

#define NAME "input"

static void check_refusal(const GError *error)
{
    if (!error) {
        fuzz_finding("refused-without-reason", "the text does not parse, and nobody says why");
    }
    if (!g_str_has_prefix(error->message, NAME ":")) {
        fuzz_finding("refused-without-place", "'%s' does not begin with a place", error->message);
    }
}

static void check_print(const Scenario *scenario)
{
    g_autoptr(GString) printed = g_string_new(NULL), again = g_string_new(NULL);
    g_autoptr(Scenario) parsed = NULL;
    g_autoptr(GError) error = NULL;

    scenario_print(scenario, printed);
    parsed = scenario_parse(NAME, printed->str, printed->len, &error);
    if (!parsed) {
        fuzz_finding("print-does-not-parse", "%s", error->message);
    }
    scenario_print(parsed, again);
    if (!g_string_equal(printed, again)) {
        fuzz_finding("print-changes", "printed:\n%s\nprinted once more:\n%s", printed->str,
                     again->str);
    }
    if (parsed->lines->len != scenario->lines->len) {
        fuzz_finding("print-loses-lines", "%u lines became %u", scenario->lines->len,
                     parsed->lines->len);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n_bytes)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Scenario) scenario = scenario_parse(NAME, (const char *)data, n_bytes, &error);

    if (scenario) {
        check_print(scenario);
    } else {
        check_refusal(error);
    }
    return 0;
}
