/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Text to a scenario, another scenario, and back. */
#include <string.h>

#include "fuzz/mutator.h"
#include "harness/generate/generate.h"

static Scenario *parse(const uint8_t *data, size_t n_bytes)
{
    return n_bytes > 0 ? scenario_parse("input", (const char *)data, n_bytes, NULL) : NULL;
}

static size_t print(const Scenario *scenario, uint8_t *output, size_t max_bytes)
{
    g_autoptr(GString) text = g_string_new(NULL);
    size_t n_bytes;

    scenario_print(scenario, text);
    n_bytes = text->len;
    if (n_bytes > max_bytes) {
        n_bytes = max_bytes;
        while (n_bytes > 0 && text->str[n_bytes - 1] != '\n') {
            n_bytes--;
        }
    }
    memcpy(output, text->str, n_bytes);
    return n_bytes;
}

size_t mutator_mutate(uint8_t *data, size_t n_bytes, size_t max_bytes, uint64_t seed)
{
    g_autoptr(Scenario) scenario = parse(data, n_bytes);
    SimPrng prng;

    sim_prng_init(&prng, seed);
    if (scenario) {
        scenario_repair(scenario);
        scenario_mutate(scenario, &prng, 1);
    } else {
        scenario = generate_scenario(&prng, NULL);
    }
    return print(scenario, data, max_bytes);
}

size_t mutator_cross(const uint8_t *a, size_t n_a, const uint8_t *b, size_t n_b, uint8_t *output,
                     size_t max_bytes, uint64_t seed)
{
    g_autoptr(Scenario) first = parse(a, n_a), second = parse(b, n_b), crossed = NULL;
    SimPrng prng;

    sim_prng_init(&prng, seed);
    if (first && second) {
        crossed = scenario_cross(first, second, &prng);
    } else {
        crossed = generate_scenario(&prng, NULL);
    }
    return print(crossed, output, max_bytes);
}
