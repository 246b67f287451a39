/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the parts of a campaign share.
 *
 * The supervisor (supervise.c) forks workers (worker.c), each for some thousand runs, and between
 * their lives takes in what they left: corpus entries, findings in the queue, an input that ended
 * its process.  Supervisor and workers talk through the folder and through Shared.
 */
#ifndef HARNESS_CAMPAIGN_CAMPAIGN_PRIVATE_H
#define HARNESS_CAMPAIGN_CAMPAIGN_PRIVATE_H

#include "harness/campaign/campaign.h"
#include "harness/campaign/corpus.h"
#include "harness/campaign/features.h"

#define CAMPAIGN_MAX_JOBS 256
#define MET_SIZE 4096

typedef struct Met {
    uint64_t likeness;          /* a hash; 0: the place is free */
    uint32_t n;
} Met;

/* When in a campaign, all of its calls taken together. */
typedef struct Moment {
    uint64_t n_runs;            /* random runs that had begun */
    uint64_t ms;                /* of real time */
} Moment;

/* In memory that all processes share; what several of them write is written atomically. */
typedef struct Shared {
    uint64_t next_run;          /* its number makes what is random about it */
    uint64_t end_run;
    uint64_t next_todo;
    uint64_t n_done;            /* runs that came to their end or ended their process */
    uint64_t n_features;
    uint32_t must_stop;
    Moment under_way[CAMPAIGN_MAX_JOBS];    /* when the last input of each worker began */
    Met met[MET_SIZE];
    uint8_t seen[FEATURES_MAX];
} Shared;

/* An input that is to be run before anything random is. */
typedef struct Todo {
    Scenario *scenario;         /* owned; NULL: an entry of the corpus, not to be kept again */
    guint entry;                /* which one */
    char *file;                 /* goes when it was run; owned; NULL: there is none */
} Todo;

/* The input that a worker is running, in a file that is memory. */
typedef struct Current {
    char *path;
    char *text;                 /* mapped; ends with NUL */
    gsize n_used;
} Current;

typedef struct Campaign {
    const CampaignOptions *options;
    Shared *shared;
    SimRecord *mirror;
    Corpus *corpus;
    GHashTable *entries;        /* names of the files of these; looked up, never walked */
    GArray *todo;               /* of Todo */
    unsigned n_findings;
    unsigned n_new_findings;
    unsigned n_unknown;         /* of the new ones, not known */
    gint64 begin_us;
    gint64 last_new_us;
    uint64_t begin_run;
    uint64_t begin_ms;          /* so long the calls before took */
    Moment moment;              /* when what is being judged was met */
    GError *error;              /* the first; then everything ends */
} Campaign;

static inline bool campaign_is_interrupted(const Campaign *campaign)
{
    return campaign->options->must_stop && *campaign->options->must_stop;
}

/* ---- folder.c -------------------------------------------------------------- */

/* Makes or opens it; holds its lock until the process ends. */
bool folder_open(const char *folder, GError **error);
/*
 * Writes "FOLDER/@where", whole or not at all; @writer tells apart who may do so at the same time.
 */
bool folder_write(const char *folder, const char *where, const char *text, unsigned writer,
                  GError **error);
/* Files or folders in "FOLDER/@where" whose names end with @suffix, sorted.  NULL-terminated. */
char **folder_list(const char *folder, const char *where, const char *suffix);
/* FOLDER/@where and all that is in it goes; it need not be there. */
void folder_remove(const char *folder, const char *where);

/* What was being written when a process was killed. */
void folder_remove_unfinished(const char *folder);

#define SUPERVISOR 999          /* as @writer */

bool current_open(Current *current, const char *folder, unsigned number, GError **error);
/* False: it is too long. */
bool current_set(Current *current, const char *text, gsize n_bytes);
void current_clear(Current *current);
/* Unlinks the file. */
void current_close(Current *current);

/* ---- state.c --------------------------------------------------------------- */

bool state_load(Campaign *campaign, GError **error);
bool state_save(const Campaign *campaign, GError **error);

uint32_t met_count(const Shared *shared, uint64_t likeness);
void met_add(Shared *shared, uint64_t likeness, uint32_t n);
/* Whether the next one with this likeness is worth a look: the 1st, 2nd, 4th, ... 1024th is. */
bool met_is_next_worth_it(const Shared *shared, uint64_t likeness);

/* ---- moment.c -------------------------------------------------------------- */

Moment moment_now(const Campaign *campaign);
/* A line of comment, "# Run 812, after 14.2 s.", with its end; the caller's. */
char *moment_print(const Moment *moment);
/* Of a text that begins so, which then begins behind it; of any other all is 0. */
Moment moment_take(const char **text);

/* ---- intake.c -------------------------------------------------------------- */

/*
 * Entries of the corpus that are not known yet.  @is_new: workers of this campaign wrote them;
 * else they are to be run, too, to see what is not new.
 */
void take_entries(Campaign *campaign, bool is_new);
/* The scenarios that the campaign begins with. */
void take_seeds(Campaign *campaign);
/* What ran when a campaign before was killed; each file goes when its input is safe elsewhere. */
void take_leftovers(Campaign *campaign);
/* Inputs whose process ended before what they came to was seen: they are run again. */
void take_again(Campaign *campaign);

/* ---- worker.c -------------------------------------------------------------- */

/* The whole life of a worker: ends the process. */
G_NORETURN void worker_live(const Campaign *campaign, Current *current, unsigned number);
/* "write-abc.scn": NAME-HASH.scn; the caller's. */
char *campaign_file_name(const char *name, const char *text);

/* ---- judge.c --------------------------------------------------------------- */

/* What is in the queue: each is shrunk and kept if it is new.  An interrupt leaves the rest. */
void judge_queue(Campaign *campaign);

typedef enum LeftBy {
    LEFT_BY_CAMPAIGN,           /* that was killed; it waits in "again/" for take_again() */
    LEFT_BY_KILLED_WORKER,      /* by somebody else: it waits there, too, and is in @todo */
    LEFT_BY_DEAD_WORKER,        /* it may well be the reason */
} LeftBy;

/*
 * An input that was under way when its process ended.  When this returns it is safe elsewhere: what
 * ended it waits in the queue.
 */
void judge_leftover(Campaign *campaign, const char *text, LeftBy left_by);

/* ---- store.c --------------------------------------------------------------- */

/*
 * Keeps a finding that is new: its input with the schedule that it had, and the shrunk one; both
 * are texts.  @name as in Finding.
 */
void store_finding(Campaign *campaign, const char *original, const char *shrunk, const char *name);
/* The same of a finding that a worker met and that the run alone does not show. */
void store_unrepeatable(Campaign *campaign, const char *text, const char *name);
/* The same of a run at which bax itself failed, also alone: @reason says how. */
void store_own_fault(Campaign *campaign, const char *text, const char *reason);
/* Runs it alone, in isolation, and keeps its schedule; the caller clears the result. */
void run_alone(Campaign *campaign, const Scenario *scenario, RunResult *ret_result);

#endif
