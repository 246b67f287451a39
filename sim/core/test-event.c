/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Events: the digest's known answer, what it must tell apart, and the observers.
 *
 * The known answers were computed from the definition in event.c by another program.
 * A change of the digest makes every digest that anybody wrote down worthless.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "sim/core/event.h"

typedef struct Seen {
    unsigned n;
    SimEvent last;
    unsigned *order;
    unsigned position;
} Seen;

static void see(const SimEvent *event, void *opaque)
{
    Seen *seen = opaque;

    seen->n++;
    seen->last = *event;
    seen->position = ++*seen->order;
}

static const SimEvent base_event = {
    .kind = SIM_EVENT_LAND,
    .ret = -5,
    .who = "drive-scsi0",
    .offset = 65536,
    .bytes = 4096,
    .number = 17,
    .text = "write",
};

static uint64_t digest_of(const SimEvent *event)
{
    SimEvents events;

    sim_events_init(&events, NULL);
    sim_events_emit(&events, event);
    return events.digest;
}

static void do_nothing(void *opaque)
{
    (void)opaque;
}

static void test_event__digest_known_answers(void **state)
{
    SimChoices choices;
    SimLoop *loop;
    SimEvents events;
    SimTask timer = { .run = do_nothing };
    const SimEvent report = { .kind = SIM_EVENT_REPORT, .who = "", .text = "warning: h\xc3\xa4" };

    (void)state;
    sim_choices_init_first_come(&choices);
    loop = sim_loop_new(&choices);
    sim_events_init(&events, loop);
    assert_true(events.digest == UINT64_C(0x6a09e667f3bcc908));
    sim_events_emit(&events, &base_event);
    assert_true(events.digest == UINT64_C(0x49d59e37b75212a6));
    sim_loop_post_after(loop, &timer, 1500);
    sim_loop_step(loop);
    sim_events_emit(&events, &report);
    assert_true(events.digest == UINT64_C(0x96acab228b4ec6ab));
    sim_events_mix(&events, "nineteen bytes here", 19);
    assert_true(events.digest == UINT64_C(0x4a6884c8e922bad4));
    sim_events_mix(&events, "", 0);
    assert_true(events.digest == UINT64_C(0xe39b132e9844d6d8));
    assert_int_equal(events.n_emitted, 2);
    sim_loop_free(loop);
    sim_choices_clear(&choices);
}

/* Any field that differs, or a NULL text against an empty one, gives another digest. */
static void test_event__digest_tells_fields_apart(void **state)
{
    SimEvent variants[9];
    const unsigned n = sizeof(variants) / sizeof(variants[0]);

    (void)state;
    for (unsigned i = 0; i < n; i++) {
        variants[i] = base_event;
    }
    variants[1].kind = SIM_EVENT_MARK;
    variants[2].ret = 0;
    variants[3].who = "drive-scsi1";
    variants[4].offset = 4096;
    variants[5].bytes = 65536;
    variants[6].number = 18;
    variants[7].text = "";
    variants[8].text = NULL;
    for (unsigned i = 0; i < n; i++) {
        for (unsigned j = 0; j < i; j++) {
            assert_true(digest_of(&variants[i]) != digest_of(&variants[j]));
        }
    }
}

static void test_event__digest_depends_on_order(void **state)
{
    SimEvent other = base_event;
    SimEvents forward;
    SimEvents backward;

    (void)state;
    other.number++;
    sim_events_init(&forward, NULL);
    sim_events_emit(&forward, &base_event);
    sim_events_emit(&forward, &other);
    sim_events_init(&backward, NULL);
    sim_events_emit(&backward, &other);
    sim_events_emit(&backward, &base_event);
    assert_true(forward.digest != backward.digest);
}

/* In the order of adding, with the time filled in. */
static void test_event__observers_are_told_in_order(void **state)
{
    SimChoices choices;
    SimLoop *loop;
    SimEvents events;
    SimTask timer = { .run = do_nothing };
    unsigned order = 0;
    Seen first = { .order = &order };
    Seen second = { .order = &order };

    (void)state;
    sim_choices_init_first_come(&choices);
    loop = sim_loop_new(&choices);
    sim_events_init(&events, loop);
    sim_events_observe(&events, SIM_EVENTS_ALL, see, &first);
    sim_events_observe(&events, SIM_EVENTS_ALL, see, &second);
    sim_loop_post_after(loop, &timer, 77);
    sim_loop_step(loop);
    sim_events_emit(&events, &base_event);
    assert_int_equal(first.n, 1);
    assert_int_equal(first.position, 1);
    assert_int_equal(second.position, 2);
    assert_int_equal(second.last.time_ns, 77);
    assert_int_equal(second.last.number, 17);
    assert_string_equal(second.last.who, "drive-scsi0");
    sim_loop_free(loop);
    sim_choices_clear(&choices);
}

/* "abcdefghi" and what it begins with: a word, more and less, and every way to read less. */
static void test_event__hash_known_answers(void **state)
{
    static const uint64_t hashes[] = {
        UINT64_C(0x722936cb2ed8b88d), UINT64_C(0x7a25216226f76403),
        UINT64_C(0x87b616a90a22f0c6), UINT64_C(0xd510200ae0c6a19c),
        UINT64_C(0x7d2fb272dfb36068), UINT64_C(0xd58f12ade67b846a),
        UINT64_C(0x5becf6f73624ea7c), UINT64_C(0xb38615a62ffa127f),
        UINT64_C(0x87aeea64770f1f07), UINT64_C(0x8847d64df4077ff9),
    };
    char text[] = "abcdefghi";

    (void)state;
    for (unsigned n = sizeof(hashes) / sizeof(hashes[0]); n-- > 0;) {
        text[n] = 0;
        assert_true(sim_event_hash(text) == hashes[n]);
    }
}

/* Whoever has the hash of a name at hand changes nothing by saying so. */
static void test_event__digest_takes_a_hash_at_hand(void **state)
{
    SimEvent event = base_event;

    (void)state;
    event.who_hash = sim_event_hash(event.who);
    assert_true(digest_of(&event) == digest_of(&base_event));
}

static void test_event__an_ended_digest_stays_and_observers_go_on(void **state)
{
    unsigned order = 0;
    Seen seen = { .order = &order };
    SimEvents events;
    uint64_t digest;

    (void)state;
    sim_events_init(&events, NULL);
    sim_events_observe(&events, SIM_EVENTS_ALL, see, &seen);
    sim_events_emit(&events, &base_event);
    digest = events.digest;
    sim_events_end_digest(&events);
    sim_events_emit(&events, &base_event);
    sim_events_mix(&events, "b0", 2);
    sim_events_mix_number(&events, 7);
    assert_true(events.digest == digest);
    assert_int_equal(events.n_emitted, 2);
    assert_int_equal(seen.n, 2);
}

static void test_event__observers_see_what_they_want(void **state)
{
    SimEvents events;
    SimEvent other = base_event;
    unsigned order = 0;
    Seen landed = { .order = &order };
    Seen all = { .order = &order };

    (void)state;
    other.kind = SIM_EVENT_SNAPSHOT;
    sim_events_init(&events, NULL);
    sim_events_observe(&events, SIM_EVENTS_OF(SIM_EVENT_LAND), see, &landed);
    sim_events_emit(&events, &other);
    assert_int_equal(landed.n, 0);
    sim_events_observe(&events, SIM_EVENTS_ALL, see, &all);
    sim_events_emit(&events, &other);
    sim_events_emit(&events, &base_event);
    assert_int_equal(landed.n, 1);
    assert_int_equal(all.n, 2);
}

static void test_event__every_kind_has_a_name_of_its_own(void **state)
{
    (void)state;
    for (unsigned i = 0; i < SIM_N_EVENT_KINDS; i++) {
        assert_non_null(sim_event_kind_name(i));
        for (unsigned j = 0; j < i; j++) {
            assert_string_not_equal(sim_event_kind_name(i), sim_event_kind_name(j));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_event__digest_known_answers),
        cmocka_unit_test(test_event__digest_tells_fields_apart),
        cmocka_unit_test(test_event__digest_depends_on_order),
        cmocka_unit_test(test_event__observers_are_told_in_order),
        cmocka_unit_test(test_event__hash_known_answers),
        cmocka_unit_test(test_event__digest_takes_a_hash_at_hand),
        cmocka_unit_test(test_event__an_ended_digest_stays_and_observers_go_on),
        cmocka_unit_test(test_event__observers_see_what_they_want),
        cmocka_unit_test(test_event__every_kind_has_a_name_of_its_own),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
