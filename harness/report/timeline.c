/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lays out the timeline.
 */
#define _GNU_SOURCE     /* strerrorname_np() */

#include "harness/report/timeline.h"

#include <stdbool.h>
#include <string.h>

#define PAGE_WIDTH 100
#define TIME_WIDTH 15       /* "    0.045000000" */
#define NO_DRIVE_MARK "*"   /* before what stands in the first column for want of a better */

struct Timeline {
    char **drives;
    unsigned n_columns;
    unsigned column_width;
    uint64_t last_time_ns;
    bool has_time;          /* one was shown */
};

Timeline *timeline_new(const char *const *drives)
{
    Timeline *timeline = g_new0(Timeline, 1);
    unsigned n_drives = g_strv_length((char **) drives);

    timeline->drives = g_strdupv((char **) drives);
    timeline->n_columns = n_drives == 0 || n_drives > TIMELINE_MAX_COLUMNS ? 1 : n_drives;
    timeline->column_width = (PAGE_WIDTH - TIME_WIDTH) / timeline->n_columns - 2;
    return timeline;
}

void timeline_free(Timeline *timeline)
{
    if (timeline) {
        g_strfreev(timeline->drives);
        g_free(timeline);
    }
}

/* -1: no column of its own. */
static int find_column(const Timeline *timeline, const char *drive)
{
    for (int i = 0; drive && timeline->drives[i]; i++) {
        if (strcmp(timeline->drives[i], drive) == 0) {
            return timeline->n_columns > 1 || i == 0 ? MIN(i, (int) timeline->n_columns - 1) : -1;
        }
    }
    return -1;
}

static bool shares_column(const Timeline *timeline)
{
    return g_strv_length(timeline->drives) > timeline->n_columns;
}

static void append_size(GString *text, uint64_t bytes)
{
    static const char units[] = { '\0', 'K', 'M', 'G', 'T' };
    unsigned unit = 0;

    while (bytes > 0 && bytes % 1024 == 0 && unit + 1 < sizeof(units)) {
        bytes /= 1024;
        unit++;
    }
    g_string_append_printf(text, "%" G_GUINT64_FORMAT, bytes);
    if (unit > 0) {
        g_string_append_c(text, units[unit]);
    }
}

void timeline_append_range(GString *text, uint64_t offset, uint64_t bytes)
{
    append_size(text, offset);
    g_string_append_c(text, '+');
    append_size(text, bytes);
}

/* "#3 land 12M+64K: EIO" */
static GString *describe(const SimEvent *event, bool with_name)
{
    GString *cell = g_string_new(NULL);

    if (event->number > 0 && event->kind != SIM_EVENT_ANSWER) {
        g_string_append_printf(cell, "#%" G_GUINT64_FORMAT " ", event->number);
    }
    g_string_append(cell, sim_event_kind_name(event->kind));
    if (event->kind == SIM_EVENT_ANSWER) {
        g_string_append_printf(cell, " to line %" G_GUINT64_FORMAT, event->number);
    }
    if (with_name && event->who[0] != '\0') {
        g_string_append_printf(cell, " %s", event->who);
    }
    if (event->bytes > 0 || event->offset > 0) {
        g_string_append_c(cell, ' ');
        timeline_append_range(cell, event->offset, event->bytes);
    }
    if (event->text) {
        g_string_append_printf(cell, " %s", event->text);
    }
    if (event->ret < 0) {
        const char *name = strerrorname_np(-event->ret);

        g_string_append(cell, ": ");
        g_string_append(cell, name ? name : g_strerror(-event->ret));
    }
    return cell;
}

static void append_time(Timeline *timeline, uint64_t time_ns, GString *text)
{
    if (timeline->has_time && timeline->last_time_ns == time_ns) {
        g_string_append_printf(text, "%*s", TIME_WIDTH, "");
        return;
    }
    timeline->has_time = true;
    timeline->last_time_ns = time_ns;
    g_string_append_printf(text, "%*" G_GUINT64_FORMAT ".%09" G_GUINT64_FORMAT, TIME_WIDTH - 10,
                           time_ns / G_GUINT64_CONSTANT(1000000000),
                           time_ns % G_GUINT64_CONSTANT(1000000000));
}

/* How much of @words goes on a line of @width: up to a blank, if there is one. */
static gsize line_length(const char *words, gsize width)
{
    gsize length = strlen(words);

    if (length <= width) {
        return length;
    }
    for (gsize i = width; i > 0; i--) {
        if (words[i] == ' ') {
            return i;
        }
    }
    /* A long word is cut, but never inside a character. */
    length = width;
    while (length > 1 && ((unsigned char) words[length] & 0xc0) == 0x80) {
        length--;
    }
    return length;
}

/* Writes @words from column @indent on; the first line has that much before it already. */
static void append_wrapped(GString *text, unsigned indent, gsize width, const char *words)
{
    for (;;) {
        gsize length = line_length(words, width);

        g_string_append_len(text, words, length);
        g_string_append_c(text, '\n');
        words += length;
        words += *words == ' ';
        if (*words == '\0') {
            return;
        }
        g_string_append_printf(text, "%*s", indent + 2, "");
        width -= indent + 2 + width > PAGE_WIDTH ? 2 : 0;
    }
}

void timeline_add_header(Timeline *timeline, GString *text)
{
    g_string_append_printf(text, "%*s", TIME_WIDTH, "seconds");
    if (shares_column(timeline)) {
        g_string_append(text, "  all drives");
    }
    for (unsigned i = 0; !shares_column(timeline) && timeline->drives[i]; i++) {
        bool is_last = timeline->drives[i + 1] == NULL;

        g_string_append_printf(text, "  %-*s", is_last ? 0 : (int) timeline->column_width,
                               timeline->drives[i]);
    }
    g_string_append_c(text, '\n');
    if (!shares_column(timeline)) {
        g_string_append_printf(text, "%*s  " NO_DRIVE_MARK " of no drive\n", TIME_WIDTH, "");
    }
}

void timeline_add_step(Timeline *timeline, unsigned line, const char *words, GString *text)
{
    timeline->has_time = false;
    g_string_append_printf(text, "\nline %u: %s\n", line, words);
}

void timeline_add_event(Timeline *timeline, const SimEvent *event, const char *drive,
                        GString *text)
{
    int column = shares_column(timeline) ? -1 : find_column(timeline, drive);
    bool is_named_by_column = column >= 0 && strcmp(event->who, drive) == 0;
    g_autoptr(GString) cell = describe(event, !is_named_by_column);
    unsigned n_before = MAX(column, 0);
    unsigned indent = TIME_WIDTH + n_before * (timeline->column_width + 2) + 2;

    if (column < 0 && !shares_column(timeline)) {
        g_string_prepend(cell, NO_DRIVE_MARK " ");
    }
    append_time(timeline, event->time_ns, text);
    g_string_append_printf(text, "%*s", indent - TIME_WIDTH, "");
    append_wrapped(text, indent, column >= 0 ? timeline->column_width : PAGE_WIDTH - indent,
                   cell->str);
}
