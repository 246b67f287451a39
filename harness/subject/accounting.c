/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the code under test has allocated and not freed: a hash table of blocks by address,
 * linear probing, and a list in the order of allocation.
 *
 * Adding and forgetting a block are part of every run's cost: no allocation but when the pool
 * grows.
 */
#include <glib.h>
#include <stdint.h>
#include <stdlib.h>

#include "harness/subject/accounting-private.h"

#define POOL_BLOCKS 256
#define MIN_SLOTS 1024          /* a power of two */

typedef struct Pool Pool;
struct Pool {
    Pool *next;
    AccountedBlock blocks[POOL_BLOCKS];
};

static struct {
    AccountedBlock **slots;
    unsigned n_slots;           /* a power of two, at least twice n_blocks */
    unsigned n_blocks;
    AccountedBlock *first;
    AccountedBlock *last;
    AccountedBlock *unused;
    Pool *pools;
} table;

AccountedBlock *accounting_first(void)
{
    return table.first;
}

unsigned accounting_n_blocks(void)
{
    return table.n_blocks;
}

/* ---- the hash table ------------------------------------------------------- */

static unsigned home_slot(const void *start)
{
    return ((uintptr_t)start * UINT64_C(0x9e3779b97f4a7c15) >> 32) & (table.n_slots - 1);
}

static unsigned next_slot(unsigned slot)
{
    return (slot + 1) & (table.n_slots - 1);
}

/* The slot that holds @start, or the empty one where it would go. */
static unsigned find_slot(const void *start)
{
    unsigned slot = home_slot(start);

    while (table.slots[slot] && table.slots[slot]->start != start) {
        slot = next_slot(slot);
    }
    return slot;
}

AccountedBlock *accounting_find(const void *start)
{
    return table.n_blocks ? table.slots[find_slot(start)] : NULL;
}

static void grow_slots(void)
{
    table.n_slots = MAX(MIN_SLOTS, table.n_slots * 2);
    g_free(table.slots);
    table.slots = g_new0(AccountedBlock *, table.n_slots);
    for (AccountedBlock *block = table.first; block; block = block->next) {
        table.slots[find_slot(block->start)] = block;
    }
}

/* Moves later ones up, so that no search ends at the gap. */
static void empty_slot(unsigned gap)
{
    unsigned slot = gap;

    while (table.slots[slot = next_slot(slot)]) {
        unsigned home = home_slot(table.slots[slot]->start);

        if (((slot - home) & (table.n_slots - 1)) >= ((slot - gap) & (table.n_slots - 1))) {
            table.slots[gap] = table.slots[slot];
            gap = slot;
        }
    }
    table.slots[gap] = NULL;
}

/* ---- blocks --------------------------------------------------------------- */

static void grow_pool(void)
{
    Pool *pool = g_new0(Pool, 1);

    pool->next = table.pools;
    table.pools = pool;
    for (unsigned i = 0; i < POOL_BLOCKS; i++) {
        pool->blocks[i].next = table.unused;
        table.unused = &pool->blocks[i];
    }
}

static void append(AccountedBlock *block)
{
    block->previous = table.last;
    *(table.last ? &table.last->next : &table.first) = block;
    table.last = block;
    table.n_blocks++;
}

static void drop(unsigned slot)
{
    AccountedBlock *block = table.slots[slot];

    empty_slot(slot);
    *(block->previous ? &block->previous->next : &table.first) = block->next;
    *(block->next ? &block->next->previous : &table.last) = block->previous;
    table.n_blocks--;
    *block = (AccountedBlock) { .next = table.unused };
    table.unused = block;
}

void *accounting_add(void *start, size_t n_bytes, AccountedKind kind, const void *site)
{
    AccountedBlock *block;
    unsigned slot;

    if (!start) {
        return NULL;
    }
    if (2 * (table.n_blocks + 1) > table.n_slots) {
        grow_slots();
    }
    slot = find_slot(start);
    if (table.slots[slot]) {
        drop(slot);
        slot = find_slot(start);
    }
    if (!table.unused) {
        grow_pool();
    }
    block = table.unused;
    table.unused = block->next;
    *block = (AccountedBlock) {
        .start = start, .n_bytes = n_bytes, .kind = kind, .site = site, .n_refs = 1,
    };
    append(block);
    table.slots[slot] = block;
    return start;
}

bool accounting_forget(const void *start)
{
    unsigned slot;

    if (!table.n_blocks || !start) {
        return false;
    }
    slot = find_slot(start);
    if (!table.slots[slot]) {
        return false;
    }
    drop(slot);
    return true;
}

bool accounting_ref(const void *start)
{
    AccountedBlock *block = accounting_find(start);

    if (block) {
        block->n_refs++;
    }
    return block != NULL;
}

bool accounting_unref(const void *start)
{
    AccountedBlock *block = accounting_find(start);

    if (block && --block->n_refs > 0) {
        return false;
    }
    accounting_forget(start);
    return true;
}

/* ---- the end of a run ------------------------------------------------------ */

/* Contents are blocks of their own, and each is freed once: containers let go of theirs. */
static void free_block(void *start, AccountedKind kind)
{
    switch (kind) {
    case ACCOUNTED_MEMORY:
        free(start);
        break;
    case ACCOUNTED_HASH_TABLE:
        g_hash_table_steal_all(start);
        g_hash_table_destroy(start);
        break;
    case ACCOUNTED_PTR_ARRAY:
        g_ptr_array_set_free_func(start, NULL);
        g_ptr_array_free(start, TRUE);
        break;
    case ACCOUNTED_ARRAY:
        g_array_set_clear_func(start, NULL);
        g_array_free(start, TRUE);
        break;
    case ACCOUNTED_STRING:
        g_string_free(start, TRUE);
        break;
    case ACCOUNTED_GERROR:
        g_error_free(start);
        break;
    case ACCOUNTED_ERROR:
    case ACCOUNTED_REFERENCE:
        g_assert_not_reached();
    }
}

void accounting_free_all(void)
{
    accounting_graph_forget_all();
    while (table.last) {
        void *start = table.last->start;
        AccountedKind kind = table.last->kind;

        drop(find_slot(start));
        free_block(start, kind);
    }
}
