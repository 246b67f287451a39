/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * bax bench: how many cycles a second.
 *
 * A cycle is a whole run: a fresh world with two drives, setup, 20 guest writes, teardown.
 * Nobody copies in it; with a copy the provider reads both drives before the teardown.
 * Or it is a run of the user's scenario, beside the run of an empty one: what no scenario
 * can do without.
 * Figures of two machines, or of one that is busy, do not compare; so two loops of fixed
 * work are measured in the same rounds, side by side, and each cost is also told as a
 * multiple of theirs.  Of several rounds the fastest counts, in CPU time of this process.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "harness/cli/cli.h"

#define N_ROUNDS 5
#define N_WRITES 20
#define MAX_ROWS 8
#define MIN_SIZE_BYTES (1024 * 1024)
#define N_CALIBRATIONS 200000
#define DEFAULT_CYCLES 20000
#define LARGE_BYTES (UINT64_C(1) << 40)
#define MAX_CYCLES 1000000000

static const CliHelp help = {
    "",
    "Measures cycles per second: a fresh world with two drives, setup, 20 writes, teardown;\n"
    "with a provider that copies and without, with the checks and without, for small and\n"
    "for large drives. With --scenario a cycle is a run of that scenario, beside an empty one.",
    "The costs of one malloc() and free() and of one step of a hash loop are measured in\n"
    "between: what a cycle costs in these units compares from machine to machine. All\n"
    "runs are in one process, so that a scenario that crashes ends the measurement.\n"
    "\n"
    "Examples:\n"
    "  bax bench\n"
    "  bax bench --size 1T --cycles 100000\n"
    "  bax bench --scenario scenarios/chain/full-incremental-failed-incremental.scn\n"
    "\n"
    "Exit code: 0, 2 on wrong usage and for a scenario that is not good, 5 if the cycle\n"
    "does not run as it should.",
};

typedef struct Row {
    const char *name;           /* size of the drives, or what stands for the scenario */
    Scenario *scenario;
    bool with_copy;
    bool without_checks;
    unsigned n_cycles;          /* in a round */
    uint64_t best_ns;           /* for all of these */
} Row;

typedef struct Bench {
    const char *cycle;          /* what a cycle is, in words */
    bool is_given;              /* ... the user's scenario */
    Row rows[MAX_ROWS];
    unsigned n_rows;
    unsigned n_cycles;          /* of a row of small drives in a round */
    uint64_t best_malloc_ns;    /* for N_CALIBRATIONS pairs */
    uint64_t best_hash_ns;      /* for N_CALIBRATIONS steps */
} Bench;

static uint64_t cpu_time_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (uint64_t) now.tv_sec * 1000000000 + now.tv_nsec;
}

static void keep_best(uint64_t *best_ns, uint64_t begin_ns)
{
    uint64_t ns = MAX(cpu_time_ns() - begin_ns, 1);

    *best_ns = *best_ns == 0 ? ns : MIN(*best_ns, ns);
}

/* ---- what is measured --------------------------------------------------------- */

/* The writes lie all over both drives, in turn, each in a chunk of its own. */
static Scenario *make_cycle(const char *size, uint64_t size_bytes, bool with_copy)
{
    g_autoptr(GString) text = g_string_new(NULL);
    uint64_t stride = size_bytes / N_WRITES / 4096 * 4096;
    Scenario *scenario;

    g_string_printf(text, "drive scsi0 %s\ndrive scsi1 %s\nsetup pbs1 scsi0,scsi1 bitmap=pbs1\n",
                    size, size);
    for (unsigned i = 0; i < N_WRITES; i++) {
        g_string_append_printf(text, "write scsi%u %" G_GUINT64_FORMAT " 4096\n", i % 2,
                               i * stride);
    }
    /* A success whose data nobody has read is the callers' lie, and would be a finding. */
    g_string_append(text, with_copy ? "teardown pbs1 success\n" : "teardown pbs1 failure\n");
    scenario = scenario_parse("bench", text->str, text->len, NULL);
    g_assert(scenario);
    return scenario;
}

/* The parser knows what a size is: that of the first drive. */
static uint64_t parse_size(const char *size)
{
    g_autofree char *text = g_strdup_printf("drive scsi0 %s\n", size);
    g_autoptr(Scenario) scenario = scenario_parse("bench", text, strlen(text), NULL);

    return scenario ? g_array_index(scenario->lines, ScenarioLine, 0).step.args[1].number : 0;
}

static bool add_rows(Bench *bench, const char *size)
{
    uint64_t size_bytes = parse_size(size);

    if (size_bytes < MIN_SIZE_BYTES) {
        cli_complain("--size wants bytes such as 256M or 16T, 1M at least, not '%s'", size);
        return false;
    }
    for (unsigned i = 0; i < 4; i++) {
        Row *row = &bench->rows[bench->n_rows];

        *row = (Row) { .name = size, .with_copy = i >= 2, .without_checks = i % 2 == 0 };
        /* QEMU's bitmaps cost what the drive could hold: all rows are to take similar time. */
        row->n_cycles = size_bytes < LARGE_BYTES ? bench->n_cycles : MAX(bench->n_cycles / 10, 1);
        row->scenario = make_cycle(size, size_bytes, row->with_copy);
        bench->n_rows++;
    }
    return true;
}

/* Without checks and with them: an empty scenario, then the one in @path. */
static bool add_scenario_rows(Bench *bench, const char *path)
{
    for (unsigned i = 0; i < 4; i++) {
        Row *row = &bench->rows[bench->n_rows];
        g_autoptr(GError) error = NULL;
        bool is_empty = i < 2;

        *row = (Row) {
            .name = is_empty ? "empty" : "given",
            .without_checks = i % 2 == 0,
            .n_cycles = bench->n_cycles,
        };
        row->scenario = is_empty ? scenario_parse("bench", "", 0, &error)
                                 : scenario_load(path, &error);
        if (!row->scenario) {
            fprintf(stderr, "%s\n", error->message);
            return false;
        }
        bench->n_rows++;
    }
    return true;
}

static bool measure_row(Row *row)
{
    RunOptions options = { .without_checks = row->without_checks };
    uint64_t begin_ns = cpu_time_ns();

    for (unsigned i = 0; i < row->n_cycles; i++) {
        RunResult result;
        bool is_good;

        run_scenario(row->scenario, &options, &result);
        is_good = result.verdict == RUN_GOOD;
        if (!is_good) {
            cli_complain("the cycle of the bench came out as \"%s\"%s%s",
                         report_verdict_name(result.verdict), result.reason ? ": " : "",
                         result.reason ? result.reason : "");
        }
        run_result_clear(&result);
        if (!is_good) {
            return false;
        }
    }
    keep_best(&row->best_ns, begin_ns);
    return true;
}

/* ---- what it is compared with --------------------------------------------------- */

static void calibrate(Bench *bench)
{
    static void *volatile kept;
    static volatile uint64_t hash = 1;
    uint64_t begin_ns = cpu_time_ns();

    for (unsigned i = 0; i < N_CALIBRATIONS; i++) {
        kept = malloc(16 + i % 64);
        free(kept);
    }
    keep_best(&bench->best_malloc_ns, begin_ns);

    begin_ns = cpu_time_ns();
    for (unsigned i = 0; i < N_CALIBRATIONS; i++) {
        hash = (hash ^ i) * UINT64_C(0x100000001b3);
    }
    keep_best(&bench->best_hash_ns, begin_ns);
}

/* ---- the table ------------------------------------------------------------------- */

/* @cost_ns for @n, in units of @unit_ns for N_CALIBRATIONS. */
static uint64_t in_units(uint64_t cost_ns, unsigned n, uint64_t unit_ns)
{
    return cost_ns / n * N_CALIBRATIONS / unit_ns;
}

static void print_table(const Bench *bench)
{
    printf("%-6s %-6s %-6s %12s %12s %16s %12s\n", "cycle", "copy", "checks", "cycles/s",
           "ns/cycle", "malloc()+free()", "hash steps");
    for (unsigned i = 0; i < bench->n_rows; i++) {
        const Row *row = &bench->rows[i];
        unsigned n = row->n_cycles;

        printf("%-6s %-6s %-6s %12" G_GUINT64_FORMAT " %12" G_GUINT64_FORMAT
               " %16" G_GUINT64_FORMAT " %12" G_GUINT64_FORMAT "\n", row->name,
               row->with_copy ? "yes" : "no", row->without_checks ? "no" : "yes",
               (uint64_t) n * 1000000000 / row->best_ns, row->best_ns / n,
               in_units(row->best_ns, n, bench->best_malloc_ns),
               in_units(row->best_ns, n, bench->best_hash_ns));
    }
    printf("\nCycle: %s; %s bitmaps.\n"
           "Best of %u rounds of %u cycles (1T and more: a tenth), CPU time.\n"
           "One malloc() and free(): %" G_GUINT64_FORMAT " ps, one hash step: %"
           G_GUINT64_FORMAT " ps.\n", bench->cycle, build_info.bitmaps,
           N_ROUNDS, bench->n_cycles, bench->best_malloc_ns * 1000 / N_CALIBRATIONS,
           bench->best_hash_ns * 1000 / N_CALIBRATIONS);
}

static CliExit run_bench(Bench *bench)
{
    for (unsigned round = 0; round < N_ROUNDS; round++) {
        calibrate(bench);
        for (unsigned i = 0; i < bench->n_rows; i++) {
            if (!measure_row(&bench->rows[i])) {
                return bench->is_given ? CLI_BAD_INPUT : CLI_OWN_FAULT;
            }
        }
    }
    print_table(bench);
    return CLI_GOOD;
}

CliExit cmd_bench(const char *program, int argc, char **argv)
{
    g_autofree char *size = NULL, *scenario = NULL;
    int n_cycles = DEFAULT_CYCLES;
    const GOptionEntry entries[] = {
        { "cycles", 'n', 0, G_OPTION_ARG_INT, &n_cycles,
          "Cycles of each row, a tenth for 1T and more (default: 20000)", "N" },
        { "size", 's', 0, G_OPTION_ARG_STRING, &size,
          "Size of the drives (default: 256M, then 16T)", "SIZE" },
        { "scenario", 0, 0, G_OPTION_ARG_FILENAME, &scenario,
          "Measure runs of this scenario instead", "FILE" },
        { NULL, 0, 0, G_OPTION_ARG_NONE, NULL, NULL, NULL },
    };
    Bench bench = {
        .cycle = "fresh world, 2 drives, setup, " G_STRINGIFY(N_WRITES) " writes, teardown",
    };
    bool has_rows;
    CliExit code = CLI_BAD_INPUT;

    (void) program;
    if (!cli_parse_options(&help, entries, &argc, &argv)) {
        return CLI_BAD_INPUT;
    }
    if (scenario && size) {
        return cli_complain("a scenario says itself how large its drives are: leave --size out");
    }
    if (argc != 1 || n_cycles < N_ROUNDS || n_cycles > MAX_CYCLES) {
        return cli_complain("bench wants no arguments, and from %d to %d cycles", N_ROUNDS,
                            MAX_CYCLES);
    }
    bench.n_cycles = n_cycles / N_ROUNDS;
    if (scenario) {
        bench.cycle = scenario;
        bench.is_given = true;
        has_rows = add_scenario_rows(&bench, scenario);
    } else {
        has_rows = add_rows(&bench, size ? size : "256M") && (size || add_rows(&bench, "16T"));
    }
    if (has_rows) {
        code = run_bench(&bench);
    }
    for (unsigned i = 0; i < bench.n_rows; i++) {
        scenario_free(bench.rows[i].scenario);
    }
    return code;
}
