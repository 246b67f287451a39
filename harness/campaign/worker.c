/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A worker: does some thousand runs and leaves what is worth it in the folder.
 *
 * It decides nothing that lasts: whether a finding is new is for the supervisor to say, who also
 * takes care of the input that ended a worker.
 */
#include "harness/campaign/campaign-private.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <unistd.h>

#include "harness/generate/generate.h"
#include "harness/run.h"
#include "harness/shrink/same.h"

#define RUNS_PER_LIFE 4096
#define REAL_TIME_FACTOR 10
#define MAX_CHANGES 4
#define N_FRESH 8               /* one of so many inputs is made anew */
#define N_CROSSED 5             /* one of so many changed ones is crossed with another */

typedef struct Worker {
    const Campaign *campaign;
    const char *folder;
    Shared *shared;
    Current *current;
    unsigned number;
    Features *features;
    Corpus *corpus;             /* what the supervisor knew, and its own */
    unsigned cpu_limit_ms;
    bool is_over;
} Worker;

/* ---- its process ----------------------------------------------------------- */

/* Nobody reads what it says: what ends it is run again by the supervisor, who listens. */
static void be_silent(void)
{
    int fd = open("/dev/null", O_RDWR | O_CLOEXEC);

    g_assert(fd >= 0);
    for (int i = 0; i <= STDERR_FILENO; i++) {
        dup2(fd, i);
    }
    close(fd);
}

static void set_up_process(void)
{
    static const int to_default[] = { SIGPROF, SIGALRM, SIGTERM, SIGCHLD };
    struct rlimit no_core = { 0, 0 };
    sigset_t none;

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() == 1) {
        _exit(EXIT_SUCCESS);        /* the parent went before it could be watched */
    }
    setrlimit(RLIMIT_CORE, &no_core);
    signal(SIGINT, SIG_IGN);
    for (gsize i = 0; i < G_N_ELEMENTS(to_default); i++) {
        signal(to_default[i], SIG_DFL);
    }
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    be_silent();
}

/* @ms 0: takes the limit away.  CPU time, and for a run that sleeps real time. */
static void limit_run(unsigned ms)
{
    unsigned real_ms = ms * REAL_TIME_FACTOR;
    struct itimerval cpu = { .it_value = { ms / 1000, ms % 1000 * 1000 } };
    struct itimerval real = { .it_value = { real_ms / 1000, real_ms % 1000 * 1000 } };

    setitimer(ITIMER_PROF, &cpu, NULL);
    setitimer(ITIMER_REAL, &real, NULL);
}

/* ---- what is kept ---------------------------------------------------------- */

char *campaign_file_name(const char *name, const char *text)
{
    return g_strdup_printf("%s%s%016" G_GINT64_MODIFIER "x.scn", name ? name : "",
                           name ? "-" : "", sim_event_hash(text));
}

/* A worker that cannot write has no use: the supervisor sees it end. */
static void keep(const Worker *worker, const char *where, const char *text)
{
    if (!folder_write(worker->folder, where, text, worker->number, NULL)) {
        _exit(EXIT_FAILURE);
    }
}

static void keep_entry(const Worker *worker, const char *text)
{
    g_autofree char *file = campaign_file_name(NULL, text);
    g_autofree char *where = g_build_filename("corpus", file, NULL);

    keep(worker, where, text);
}

/* The text says when it was met: whoever judges it may do so much later. */
static void queue(const Worker *worker, const char *name, const char *text)
{
    g_autofree char *when = moment_print(&worker->shared->under_way[worker->number]);
    g_autofree char *dated = g_strconcat(when, text, NULL);
    g_autofree char *file = campaign_file_name(name, text);
    g_autofree char *where = g_build_filename("queue", file, NULL);

    keep(worker, where, dated);
}

/* First the file, then the count: if this process dies in between, it is looked at again. */
static void see_findings(Worker *worker, const Scenario *scenario, const RunResult *result,
                         const char *text)
{
    for (guint i = 0; i < result->findings->len; i++) {
        const Finding *finding = &g_array_index(result->findings, Finding, i);
        g_autofree char *words = finding_likeness(scenario, finding);
        uint64_t likeness = sim_event_hash(words);

        if (met_is_next_worth_it(worker->shared, likeness)) {
            queue(worker, finding->name, text);
            worker->is_over = worker->campaign->options->ends_at_first;
        }
        met_add(worker->shared, likeness, 1);
    }
}

/* ---- a run ----------------------------------------------------------------- */

/* True: it did something new, and @scenario is now the corpus'. */
static bool run_input(Worker *worker, Scenario *scenario, bool is_entry)
{
    g_autoptr(GString) text = g_string_new(NULL);
    RunOptions options = {
        .observe = features_see_event,
        .observe_deed = features_see_deed,
        .opaque = worker->features,
    };
    bool is_kept = false;
    RunResult result;
    unsigned n_new;

    scenario_print(scenario, text);
    if (!current_set(worker->current, text->str, text->len)) {
        return false;
    }
    worker->shared->under_way[worker->number] = moment_now(worker->campaign);
    limit_run(worker->cpu_limit_ms);
    features_begin(worker->features);
    run_scenario(scenario, &options, &result);
    n_new = features_end(worker->features);
    limit_run(0);
    if (result.verdict == RUN_GOOD || result.verdict == RUN_FINDING) {
        see_findings(worker, scenario, &result, text->str);
        is_kept = n_new > 0 && !is_entry;
        if (is_kept) {
            keep_entry(worker, text->str);
            corpus_add(worker->corpus, scenario);
        }
    }
    __atomic_fetch_add(&worker->shared->n_features, n_new, __ATOMIC_RELAXED);
    __atomic_fetch_add(&worker->shared->n_done, 1, __ATOMIC_RELAXED);
    run_result_clear(&result);
    return is_kept;
}

/* ---- what is run ----------------------------------------------------------- */

static bool happens(SimPrng *prng, unsigned one_of)
{
    return sim_prng_below(prng, one_of) == 0;
}

/* Half of them from what was found last: there most is still to be had. */
static const Scenario *pick(const Worker *worker, SimPrng *prng)
{
    guint n = corpus_size(worker->corpus), n_late = MAX(n / 8, 1);

    return corpus_get(worker->corpus, happens(prng, 2) ? n - 1 - sim_prng_below(prng, n_late)
                                                       : sim_prng_below(prng, n));
}

static Scenario *make_input(const Worker *worker, uint64_t run)
{
    const CampaignOptions *options = worker->campaign->options;
    GenerateOptions generate = { .n_steps = options->n_steps };
    const Scenario *picked;
    Scenario *scenario;
    SimPrng mixer, prng;

    sim_prng_init(&mixer, options->seed ^ run * UINT64_C(0xd6e8feb86659fd93));
    sim_prng_init(&prng, sim_prng_next(&mixer));
    if (corpus_size(worker->corpus) == 0 || happens(&prng, N_FRESH)) {
        return generate_scenario(&prng, &generate);
    }
    picked = pick(worker, &prng);
    if (happens(&prng, N_CROSSED)) {
        scenario = scenario_cross(picked, pick(worker, &prng), &prng);
    } else {
        scenario = scenario_copy(picked);
    }
    scenario_mutate(scenario, &prng, 1 + sim_prng_below(&prng, MAX_CHANGES));
    return scenario;
}

/* NULL: there is none left that this worker knows of. */
static const Todo *take_todo(const Worker *worker)
{
    const GArray *todo = worker->campaign->todo;
    uint64_t next = __atomic_load_n(&worker->shared->next_todo, __ATOMIC_RELAXED);

    while (next < todo->len) {
        if (__atomic_compare_exchange_n(&worker->shared->next_todo, &next, next + 1, false,
                                        __ATOMIC_RELAXED, __ATOMIC_RELAXED)) {
            return &g_array_index(todo, Todo, next);
        }
    }
    return NULL;
}

static void run_todo(Worker *worker, const Todo *todo)
{
    Scenario *scenario = todo->scenario ? scenario_copy(todo->scenario)
                                        : scenario_copy(corpus_get(worker->corpus, todo->entry));

    if (run_input(worker, scenario, !todo->scenario)) {
        scenario_repair(scenario);      /* it was run as it is; what is changed further is valid */
    } else {
        scenario_free(scenario);
    }
    if (todo->file) {
        unlink(todo->file);
    }
}

static void do_next(Worker *worker)
{
    const Todo *todo = take_todo(worker);
    uint64_t run;
    Scenario *scenario;

    if (todo) {
        run_todo(worker, todo);
        return;
    }
    run = __atomic_fetch_add(&worker->shared->next_run, 1, __ATOMIC_RELAXED);
    if (run >= worker->shared->end_run) {
        worker->is_over = true;
        return;
    }
    scenario = make_input(worker, run);
    if (!run_input(worker, scenario, false)) {
        scenario_free(scenario);
    }
}

/*
 * Without exit(): what a leak checker would say of so many runs belongs to none of them, and the
 * checks look for leaks in each.
 */
void worker_live(const Campaign *campaign, Current *current, unsigned number)
{
    Worker worker = {
        .campaign = campaign,
        .folder = campaign->options->folder,
        .shared = campaign->shared,
        .current = current,
        .number = number,
        .features = features_new(campaign->shared->seen, true),
        .corpus = campaign->corpus,
        .cpu_limit_ms = campaign->options->cpu_limit_ms,
    };

    set_up_process();
    for (unsigned i = 0; i < RUNS_PER_LIFE && !worker.is_over; i++) {
        if (__atomic_load_n(&worker.shared->must_stop, __ATOMIC_RELAXED)) {
            break;
        }
        do_next(&worker);
    }
    current_clear(current);
    _exit(EXIT_SUCCESS);
}
