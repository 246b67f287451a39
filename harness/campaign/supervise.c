/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The supervisor of a campaign: keeps workers alive, and between their lives takes in what they
 * left.
 *
 * The clock decides when to stop and when to tell, nothing else.
 */
#define _GNU_SOURCE     /* ppoll(), MAP_ANONYMOUS */

#include "harness/campaign/campaign-private.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/generate/generate.h"
#include "harness/mirror.h"

#define TICK_MS 200
#define SAVE_US (5 * G_USEC_PER_SEC)
#define RATE_US (2 * G_USEC_PER_SEC)

typedef struct Slot {
    pid_t pid;                  /* 0: none lives here */
    Current current;
} Slot;

typedef struct Supervisor {
    Campaign *campaign;
    Slot *slots;                /* n_jobs of them */
    gint64 saved_us;
    gint64 rate_us;             /* when @rate was measured, and what was done then */
    uint64_t rate_done;
    double rate;
} Supervisor;

/* ---- workers --------------------------------------------------------------- */

static bool must_stop(const Supervisor *supervisor)
{
    const Campaign *campaign = supervisor->campaign;
    const CampaignOptions *options = campaign->options;
    gint64 limit_us = (gint64) options->max_seconds * G_USEC_PER_SEC;

    return campaign->error || campaign_is_interrupted(campaign)
        || (options->ends_at_first && campaign->n_unknown > 0)
        || (limit_us && g_get_monotonic_time() - campaign->begin_us >= limit_us);
}

static bool is_work_left(const Campaign *campaign)
{
    const Shared *shared = campaign->shared;

    return __atomic_load_n(&shared->next_run, __ATOMIC_RELAXED) < shared->end_run
        || __atomic_load_n(&shared->next_todo, __ATOMIC_RELAXED) < campaign->todo->len;
}

static void begin_worker(Supervisor *supervisor, unsigned number)
{
    Slot *slot = &supervisor->slots[number];
    Campaign *campaign = supervisor->campaign;

    take_entries(campaign, true);
    fflush(NULL);
    slot->pid = fork();
    if (slot->pid == 0) {
        worker_live(campaign, &slot->current, number);
    }
    if (slot->pid < 0) {
        g_set_error(&campaign->error, G_FILE_ERROR, g_file_error_from_errno(errno),
                    "cannot make a process: %s", g_strerror(errno));
        slot->pid = 0;
    }
}

/* The next input is put in place by the next worker, so what stands there is safe until then. */
static void end_worker(Supervisor *supervisor, Slot *slot, int status)
{
    Campaign *campaign = supervisor->campaign;
    bool is_good = WIFEXITED(status) && WEXITSTATUS(status) == 0;

    slot->pid = 0;
    if (!is_good) {
        campaign->moment = campaign->shared->under_way[slot - supervisor->slots];
        __atomic_fetch_add(&campaign->shared->n_done, 1, __ATOMIC_RELAXED);
        judge_leftover(campaign, slot->current.text,
                       WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL ? LEFT_BY_KILLED_WORKER
                                                                          : LEFT_BY_DEAD_WORKER);
        current_clear(&slot->current);
    }
    judge_queue(campaign);
}

static bool look_after_workers(Supervisor *supervisor)
{
    Campaign *campaign = supervisor->campaign;
    bool is_any = false;

    for (unsigned i = 0; i < campaign->options->n_jobs; i++) {
        Slot *slot = &supervisor->slots[i];
        int status;

        if (slot->pid && waitpid(slot->pid, &status, WNOHANG) == slot->pid) {
            end_worker(supervisor, slot, status);
        }
        if (must_stop(supervisor)) {
            campaign->shared->must_stop = 1;
        } else if (!slot->pid && is_work_left(campaign)) {
            begin_worker(supervisor, i);
        }
        is_any = is_any || slot->pid;
    }
    return is_any;
}

/* ---- telling --------------------------------------------------------------- */

static CampaignProgress progress(const Supervisor *supervisor)
{
    const Campaign *campaign = supervisor->campaign;
    gint64 now_us = g_get_monotonic_time();

    return (CampaignProgress) {
        .n_runs = campaign->shared->n_done,
        .seconds = (double) (now_us - campaign->begin_us) / G_USEC_PER_SEC,
        .runs_per_second = supervisor->rate,
        .n_entries = corpus_size(campaign->corpus),
        .n_features = campaign->shared->n_features,
        .n_findings = campaign->n_findings,
        .n_new_findings = campaign->n_new_findings,
        .seconds_since_new = (double) (now_us - campaign->last_new_us) / G_USEC_PER_SEC,
    };
}

static void tell(Supervisor *supervisor)
{
    Campaign *campaign = supervisor->campaign;
    gint64 now_us = g_get_monotonic_time();
    gint64 passed_us = now_us - supervisor->rate_us;
    CampaignProgress now;

    if (passed_us >= RATE_US) {
        uint64_t n_done = campaign->shared->n_done;

        supervisor->rate = (n_done - supervisor->rate_done) * (double) G_USEC_PER_SEC / passed_us;
        supervisor->rate_us = now_us;
        supervisor->rate_done = n_done;
    }
    if (now_us - supervisor->saved_us >= SAVE_US && !campaign->error) {
        supervisor->saved_us = now_us;
        state_save(campaign, &campaign->error);
    }
    now = progress(supervisor);
    campaign->options->tell_progress(&now, campaign->options->opaque);
}

/* ---- the campaign ---------------------------------------------------------- */

static void ignore_child(int number G_GNUC_UNUSED)
{
}

/* The end of a worker, or a signal to stop, ends the wait; neither comes at another time. */
static void supervise(Supervisor *supervisor)
{
    struct timespec tick = { .tv_nsec = TICK_MS * 1000000L };
    struct sigaction on_child = { .sa_handler = ignore_child };
    struct sigaction before;
    sigset_t child, mask;

    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    sigprocmask(SIG_BLOCK, &child, &mask);
    sigaction(SIGCHLD, &on_child, &before);
    while (look_after_workers(supervisor)) {
        ppoll(NULL, 0, &tick, &mask);
        tell(supervisor);
    }
    sigaction(SIGCHLD, &before, NULL);
    sigprocmask(SIG_SETMASK, &mask, NULL);
}

static void open_slots(Supervisor *supervisor)
{
    Campaign *campaign = supervisor->campaign;

    for (unsigned i = 0; i < campaign->options->n_jobs && !campaign->error; i++) {
        current_open(&supervisor->slots[i].current, campaign->options->folder, i,
                     &campaign->error);
    }
}

static void begin(Supervisor *supervisor)
{
    Campaign *campaign = supervisor->campaign;
    const CampaignOptions *options = campaign->options;
    g_auto(GStrv) found = folder_list(options->folder, "findings", "");

    campaign->n_findings = g_strv_length(found);
    campaign->begin_run = campaign->shared->next_run;
    campaign->shared->end_run = options->max_runs ? campaign->begin_run + options->max_runs
                                                  : G_MAXUINT64 / 2;
    campaign->begin_us = campaign->last_new_us = g_get_monotonic_time();
    supervisor->saved_us = supervisor->rate_us = campaign->begin_us;
    take_leftovers(campaign);
    take_again(campaign);
    judge_queue(campaign);
    take_entries(campaign, false);
    take_seeds(campaign);
    open_slots(supervisor);
}

static void end(Supervisor *supervisor)
{
    Campaign *campaign = supervisor->campaign;

    for (unsigned i = 0; i < campaign->options->n_jobs; i++) {
        if (supervisor->slots[i].current.path) {
            current_close(&supervisor->slots[i].current);
        }
    }
    folder_remove_unfinished(campaign->options->folder);
    take_entries(campaign, true);
    if (!campaign->error) {
        state_save(campaign, &campaign->error);
    }
}

static void campaign_open(Campaign *campaign, const CampaignOptions *options)
{
    *campaign = (Campaign) {
        .options = options,
        .mirror = mirror_new(MIRROR_DEFAULT_ANSWERS),
        .corpus = corpus_new(),
        .entries = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
        .todo = g_array_new(FALSE, FALSE, sizeof(Todo)),
    };
    campaign->shared = mmap(NULL, sizeof(Shared), PROT_READ | PROT_WRITE,
                            MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    g_assert(campaign->shared != MAP_FAILED);
}

static void campaign_close(Campaign *campaign)
{
    for (guint i = 0; i < campaign->todo->len; i++) {
        Todo *todo = &g_array_index(campaign->todo, Todo, i);

        if (todo->scenario) {
            scenario_free(todo->scenario);
        }
        g_free(todo->file);
    }
    g_array_unref(campaign->todo);
    corpus_free(campaign->corpus);
    g_hash_table_unref(campaign->entries);
    mirror_free(campaign->mirror);
    munmap(campaign->shared, sizeof(Shared));
}

bool campaign_run(const CampaignOptions *options, CampaignProgress *ret_progress, GError **error)
{
    g_autofree Slot *slots = g_new0(Slot, options->n_jobs);
    Campaign campaign;
    Supervisor supervisor = { .campaign = &campaign, .slots = slots };

    *ret_progress = (CampaignProgress) { 0 };
    if (!folder_open(options->folder, error)) {
        return false;
    }
    campaign_open(&campaign, options);
    if (state_load(&campaign, &campaign.error)) {
        begin(&supervisor);
        supervise(&supervisor);
        end(&supervisor);
        *ret_progress = progress(&supervisor);
    }
    campaign_close(&campaign);
    if (campaign.error) {
        g_propagate_error(error, campaign.error);
        return false;
    }
    return true;
}
