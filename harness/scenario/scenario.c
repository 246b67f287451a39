/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The life of a scenario: made from a text or a file, freed.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "harness/scenario/parse.h"

void step_clear(Step *step)
{
    g_clear_pointer(&step->label, g_free);
    for (unsigned i = 0; step->kind && i < STEP_MAX_ARGS && step->kind->args[i].name; i++) {
        StepArg *arg = &step->args[i];

        if (arg->ranges) {
            sim_rangemap_clear(arg->ranges);
            g_clear_pointer(&arg->ranges, g_free);
        }
        g_clear_pointer(&arg->text, g_free);
        g_clear_pointer(&arg->answers, g_free);
    }
    step->kind = NULL;
}

static void clear_line(void *opaque)
{
    ScenarioLine *line = opaque;

    g_free(line->comment);
    step_clear(&line->step);
}

/* The text of a comment that is the whole first line, else the base name of the file. */
static char *find_title(const Scenario *scenario)
{
    const ScenarioLine *first = scenario->lines->len
                                ? &g_array_index(scenario->lines, ScenarioLine, 0) : NULL;

    if (first && !first->has_step && first->comment) {
        const char *text = first->comment + strspn(first->comment, "# \t");

        if (*text) {
            return g_strdup(text);
        }
    }
    return g_path_get_basename(scenario->path);
}

Scenario *scenario_parse(const char *path, const char *text, gsize n_bytes, GError **error)
{
    g_autoptr(Scenario) scenario = g_new0(Scenario, 1);

    scenario->path = g_strdup(path);
    scenario->lines = g_array_sized_new(FALSE, TRUE, sizeof(ScenarioLine), 32);
    g_array_set_clear_func(scenario->lines, clear_line);
    if (!scenario_parse_text(scenario, text, n_bytes, error)) {
        return NULL;
    }
    scenario->title = find_title(scenario);
    return g_steal_pointer(&scenario);
}

/* Reads until the end or until it is known to be too large; -1 and errno on a failure. */
static gssize read_some(int fd, char *buffer, gsize n_bytes_max)
{
    gsize n_bytes = 0;

    while (n_bytes < n_bytes_max) {
        gssize n_read = read(fd, buffer + n_bytes, n_bytes_max - n_bytes);

        if (n_read == 0) {
            break;
        }
        if (n_read < 0 && errno != EINTR) {
            return -1;
        }
        n_bytes += MAX(n_read, 0);
    }
    return n_bytes;
}

Scenario *scenario_load(const char *path, GError **error)
{
    gsize n_bytes_max = SCENARIO_MAX_BYTES + 1;
    g_autofree char *buffer = g_malloc(n_bytes_max);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    gssize n_bytes = fd < 0 ? -1 : read_some(fd, buffer, n_bytes_max);
    int saved_errno = errno;

    if (fd >= 0) {
        close(fd);
    }
    if (n_bytes < 0) {
        g_set_error(error, SCENARIO_ERROR, 0, "%s: cannot be read: %s", path,
                    g_strerror(saved_errno));
        return NULL;
    }
    return scenario_parse(path, buffer, n_bytes, error);
}

void scenario_free(Scenario *scenario)
{
    if (!scenario) {
        return;
    }
    g_array_unref(scenario->lines);
    g_free(scenario->title);
    g_free(scenario->path);
    g_free(scenario);
}
