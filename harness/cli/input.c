/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads what a command is given.
 *
 * All scenarios are read before any is run, and all mistakes are complained about at once.
 */
#include <stdio.h>

#include "harness/cli/cli.h"

static void free_scenario(gpointer scenario)
{
    scenario_free(scenario);
}

GPtrArray *cli_load_scenarios(char *const *paths)
{
    g_autoptr(GPtrArray) scenarios = g_ptr_array_new_with_free_func(free_scenario);
    g_autoptr(GError) error = NULL;
    g_auto(GStrv) files = scenario_find_files((const char *const *) paths, &error);
    bool ok = true;

    if (!files) {
        cli_complain("%s", error->message);
        return NULL;
    }
    for (char **file = files; *file; file++) {
        Scenario *scenario = scenario_load(*file, &error);

        if (scenario) {
            g_ptr_array_add(scenarios, scenario);
        } else {
            /* FILE:LINE:COLUMN stands first, so that editors find it. */
            fprintf(stderr, "%s\n", error->message);
            g_clear_error(&error);
            ok = false;
        }
    }
    if (ok && scenarios->len == 0) {
        cli_complain("there is no scenario (*.scn) in %s", paths[0]);
        ok = false;
    }
    return ok ? g_steal_pointer(&scenarios) : NULL;
}

bool cli_load_known(const char *path, Known **ret_known)
{
    g_autoptr(GError) error = NULL;

    *ret_known = path ? known_load(path, &error) : NULL;
    if (error) {
        fprintf(stderr, "%s\n", error->message);
    }
    return !error;
}
