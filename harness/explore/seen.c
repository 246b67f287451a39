/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What code in the middle of its work remembers, told by what it has seen.
 *
 * A sight is why code went on, and, if others changed that meanwhile, what can be seen of each
 * drive.  Nobody looks at the contents of drives, at requests but for how many they are, or at the
 * model's memory, so that these make no difference.
 */
#include "harness/explore/seen.h"

#include "sim/core/coroutine.h"

void seen_open(Seen *seen, const Alphabet *alphabet)
{
    seen->alphabet = alphabet;
    tokens_open_state(&seen->state, alphabet);
    seen->ends = g_array_new(FALSE, FALSE, sizeof(guint));
}

void seen_close(Seen *seen)
{
    sim_state_clear(&seen->state);
    g_array_unref(seen->ends);
}

static guint last_end(const Seen *seen)
{
    return seen->ends->len > 0 ? g_array_index(seen->ends, guint, seen->ends->len - 1) : 0;
}

static void end_part(Seen *seen)
{
    GArray *tokens = seen->state.tokens;
    guint from = last_end(seen), end = tokens_compact(&seen->state, from, tokens->len, from);

    g_array_set_size(tokens, end);
    g_array_append_val(seen->ends, end);
}

/* Leaves out @n parts at the end. */
static void drop_parts(Seen *seen, unsigned n)
{
    g_array_set_size(seen->ends, seen->ends->len - n);
    g_array_set_size(seen->state.tokens, last_end(seen));
}

/* Appends a part for each drive.  Returns a number that is equal for equal parts. */
static uint64_t look(Seen *seen)
{
    guint from = last_end(seen);
    uint64_t hash = 1;

    for (unsigned i = 0; i < seen->alphabet->bound.n_drives; i++) {
        sim_world_describe_sight(&seen->state, i);
        end_part(seen);
    }
    for (guint i = from; i < seen->state.tokens->len; i++) {
        const SimToken *token = &g_array_index(seen->state.tokens, SimToken, i);

        hash = explore_mix(explore_mix(hash, token->kind << 8 | token->index), token->value);
    }
    return hash;
}

/* Why it goes on is among the tokens already. */
static void see(Seen *seen)
{
    unsigned n_drives = seen->alphabet->bound.n_drives;
    bool is_changed;

    end_part(seen);
    is_changed = seen->is_stale && look(seen) != seen->before;
    if (seen->is_stale && !is_changed) {
        drop_parts(seen, n_drives);
    }
    for (unsigned i = 0; !is_changed && i < n_drives; i++) {
        end_part(seen);
    }
    seen->is_stale = false;
}

/* Others go on. */
static void see_others(Seen *seen)
{
    if (!seen->is_stale) {
        seen->before = look(seen);
        drop_parts(seen, seen->alphabet->bound.n_drives);
    }
    seen->is_stale = true;
    seen->were_others_last = true;
    seen->n_entered = sim_coroutine_n_entered();
}

/* Others are not to wake anybody but by a task of his own. */
static void watch_others(Seen *seen)
{
    seen->is_unknown |= seen->were_others_last && seen->n_entered != sim_coroutine_n_entered();
    seen->were_others_last = false;
}

static void see_work(SimWork work, unsigned number, void *opaque)
{
    Seen *seen = opaque;

    watch_others(seen);
    if (work == SIM_WORK_OF_OTHERS) {
        see_others(seen);
    } else {
        sim_state_add_number(&seen->state, work);
        sim_state_add_number(&seen->state, number);
        see(seen);
    }
}

static void forget(Seen *seen)
{
    sim_state_restart(&seen->state);
    g_array_set_size(seen->ends, 0);
    seen->is_stale = true;
    seen->before = 0;
    seen->is_unknown = seen->were_others_last = false;
}

void seen_rest(Seen *seen)
{
    seen->is_observing = false;
    forget(seen);
}

void seen_begin(Seen *seen)
{
    seen->is_observing = true;
    tokens_restart_state(&seen->state, seen->alphabet);
    sim_world_observe_work(see_work, seen);
}

void seen_action(Seen *seen, const Action *action)
{
    if (seen->is_observing) {
        watch_others(seen);
        tokens_add_action(&seen->state, action);
        see(seen);
    }
}

bool seen_forget(Seen *seen)
{
    bool is_at_rest = seen->is_observing && sim_world_is_at_rest();

    if (is_at_rest) {
        forget(seen);
    }
    return is_at_rest;
}

bool seen_is_known(Seen *seen)
{
    watch_others(seen);
    return !seen->is_unknown && !seen->state.is_incomplete;
}

void seen_hash(const Seen *seen, TokenHasher *hasher)
{
    unsigned n_drives = seen->alphabet->bound.n_drives;
    const guint *ends = (const guint *) seen->ends->data;
    guint from = 0;

    for (guint i = 0; i < seen->ends->len; i += 1 + n_drives) {
        tokens_hash(hasher, &seen->state, from, ends[i]);
        for (unsigned k = 0; k < n_drives; k++) {
            unsigned part = i + hasher->symmetry->drives_back[k];

            tokens_hash(hasher, &seen->state, ends[part], ends[part + 1]);
        }
        from = ends[i + n_drives];
    }
}
