/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A campaign: processes run random scenarios and changes of those that did something new, and
 * what is found is made small and kept, each kind once.
 *
 * Everything is in one folder:
 *
 *     corpus/HASH.scn              inputs that did something new
 *     findings/NAME-HASH/          a distinct finding: original.scn, shrunk.scn, report.txt, and in
 *                                  first-met.txt after how many runs and how long it was met
 *     queue/NAME-HASH.scn          inputs with a finding that nobody has looked at yet
 *     again/HASH.scn               inputs that are to be run again, since their process was killed
 *     current-N.scn                what process N is running
 *     state.json                   how far it is
 *     lock                         held while a campaign runs
 *
 * Whatever is killed at whatever time, nothing that was found is lost: a file has all of its
 * content or does not exist, an input stands in current-N.scn before it runs, and stays there until
 * what came of it is in another file.  A campaign in a folder that exists goes on from there.
 *
 * One process, the same seed, and a limit of runs: the same corpus and the same findings.
 */
#ifndef HARNESS_CAMPAIGN_CAMPAIGN_H
#define HARNESS_CAMPAIGN_CAMPAIGN_H

#include "harness/report/known.h"
#include "harness/scenario/scenario.h"

typedef struct CampaignProgress {
    uint64_t n_runs;            /* of this call */
    double seconds;             /* of this call */
    double runs_per_second;     /* lately */
    unsigned n_entries;         /* of the corpus */
    uint64_t n_features;
    unsigned n_findings;        /* in the folder */
    unsigned n_new_findings;    /* of this call */
    double seconds_since_new;   /* since the last new entry or finding */
} CampaignProgress;

typedef struct CampaignOptions {
    const char *folder;
    const char *program;        /* as it was called, for commands that replay */
    const Known *known;         /* NULL: nothing is */
    const GPtrArray *seeds;     /* of Scenario *; NULL: none */
    uint64_t seed;
    unsigned n_steps;           /* of a scenario that is made anew, about */
    unsigned n_jobs;            /* at least 1 */
    unsigned cpu_limit_ms;      /* of one run */
    uint64_t max_runs;          /* of this call; 0: no limit */
    unsigned max_seconds;       /* 0: no limit */
    bool ends_at_first;         /* finding that is not known */
    /* Adds to the finding of a run that crashed or hung what was under way. */
    void (*explain_death)(const Scenario *scenario, RunResult *result);
    /* A new finding: the report of its shrunk scenario.  Called once for each. */
    void (*tell_finding)(const Report *report, void *opaque);
    /* Now and then. */
    void (*tell_progress)(const CampaignProgress *progress, void *opaque);
    void *opaque;
    /* Not 0: end soon; what is not judged by then is by the next call.  NULL: nobody wants that. */
    const volatile int *must_stop;
} CampaignOptions;

/*
 * False and a sentence if the folder cannot be used or written to; what was found until then is
 * kept.  *@ret_progress tells how it ended.
 */
bool campaign_run(const CampaignOptions *options, CampaignProgress *ret_progress, GError **error);

#endif
