/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A finding's memory.
 */
#include "harness/check/finding.h"

void finding_clear(Finding *finding)
{
    g_clear_pointer(&finding->name, g_free);
    g_clear_pointer(&finding->who, g_free);
    g_clear_pointer(&finding->message, g_free);
    g_clear_pointer(&finding->known, g_free);
}

GArray *findings_new(void)
{
    GArray *findings = g_array_new(FALSE, TRUE, sizeof(Finding));

    g_array_set_clear_func(findings, (GDestroyNotify) finding_clear);
    return findings;
}
