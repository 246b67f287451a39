/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The table of marks: MARK(identifier, name, sentence, first generation, last generation).
 * Included twice by mark.h's implementation: for the enumeration and for what is shown.
 */

/* ---- guest requests ---- */
MARK(WRITE_IN_FLIGHT_AT_SETUP, "write-in-flight-at-setup",
     "a write of the guest is under way when setup begins", 0, 0)
MARK(WRITE_IN_FLIGHT_AT_TEARDOWN, "write-in-flight-at-teardown",
     "a write of the guest is under way when teardown begins", 0, 0)
MARK(WRITE_IN_FLIGHT_AT_QUIT, "write-in-flight-at-quit-step",
     "QEMU is told to quit while a write of the guest is under way", 0, 0)
MARK(WRITE_HELD_OVER_SETUP, "write-held-over-setup",
     "a write is held from before a setup to its answer", 0, 0)
MARK(WRITE_HELD_OVER_TEARDOWN, "write-held-over-teardown",
     "a write is held from before a teardown to its answer", 0, 0)
MARK(WRITE_FAILED_IN_ACCESS, "write-failed-in-access",
     "the disk refuses a write while there is backup access", 0, 0)
MARK(DISCARD_IN_ACCESS, "discard-in-access", "a discard lands while there is backup access", 0, 0)
MARK(ZERO_IN_ACCESS, "zero-in-access", "zeroes land while there is backup access", 0, 0)
MARK(COPIED_BEFORE_WRITE, "copied-before-write", "old data is copied before a write", 0, 0)
MARK(COPY_FAILED, "copy-failed", "old data cannot be copied before a write", 0, 0)
MARK(QUEUED_BY_DRAIN, "request-queued-by-drain",
     "a request of the guest waits for a drained section to end", 0, 0)
MARK(QUEUED_IN_SETUP, "request-queued-in-setup", "the same while a setup is under way", 0, 0)
MARK(QUEUED_IN_TEARDOWN, "request-queued-in-teardown",
     "the same while a teardown is under way", 0, 0)
MARK(LANDED_IN_SETUP, "write-landed-in-setup", "a write lands while a setup is under way", 0, 0)
MARK(LANDED_IN_TEARDOWN, "write-landed-in-teardown",
     "a write lands while a teardown is under way", 0, 0)
MARK(ACROSS_CHUNKS, "write-across-chunks",
     "a write lands in two chunks of 4M or more while there is backup access", 0, 0)
MARK(PARTIAL_LAST_CHUNK, "partial-last-chunk-dirty",
     "a write lands at the end of a drive whose last chunk is cut short", 0, 0)
MARK(WRITES_ON_TWO_DRIVES, "writes-on-two-drives",
     "writes land on two drives of one access", 0, 0)

/* ---- snapshot and provider ---- */
MARK(SNAPSHOT_BROKEN, "snapshot-broken", "a snapshot breaks", 0, 0)
MARK(BROKEN_THEN_SUCCESS, "snapshot-broken-then-success",
     "a backup is called a success although a snapshot broke", 0, 0)
MARK(BROKEN_THEN_FAILURE, "snapshot-broken-then-failure",
     "a backup is called a failure after a snapshot broke", 0, 0)
MARK(BROKEN_IN_COPY, "snapshot-broken-in-copy",
     "a snapshot breaks while the provider copies", 0, 0)
MARK(CBW_TIMEOUT, "cbw-timeout", "copying old data takes longer than its time", 0, 0)
MARK(CBW_TIMEOUT_IN_COPY, "cbw-timeout-in-copy",
     "the same while the provider copies", 0, 0)
MARK(READ_DENIED, "provider-read-denied", "a provider's read is refused", 0, 0)
MARK(READ_BESIDE_HELD_WRITE, "provider-read-beside-held-write",
     "a provider's read is answered while a write is held", 0, 0)
MARK(DISCARDED, "provider-discard", "the provider gives a range up", 0, 0)
MARK(COPY_SAW_ERROR, "provider-copy-failed", "the provider cannot copy all of a drive", 0, 0)
MARK(SUCCESS_WITHOUT_COPY, "success-without-copy",
     "a backup is called a success and nothing was copied since setup", 0, 0)

/* ---- setup and teardown ---- */
MARK(SETUP_ON_DRIVES, "setup-of-several-drives", "access to more than one drive is set up", 0, 0)
MARK(SETUP_REFUSED, "setup-refused", "a setup fails", 0, 0)
MARK(SETUP_ROLLED_BACK, "setup-rolled-back",
     "a setup fails when a drive's snapshot was there already", 0, 0)
MARK(SETUP_REFUSED_BY_ACCESS, "setup-refused-by-active-access",
     "a setup fails while there is backup access", 0, 0)
MARK(SETUP_REFUSED_BY_BACKUP, "setup-refused-by-active-backup",
     "a setup fails while a regular backup is under way", 0, 0)
MARK(TEARDOWN_SUCCESS, "teardown-success", "a teardown with success is answered", 0, 0)
MARK(TEARDOWN_FAILURE, "teardown-failure", "a teardown with failure is answered", 0, 0)
MARK(TEARDOWN_REFUSED, "teardown-refused", "a teardown fails", 0, 0)
MARK(TEARDOWN_OF_NOTHING, "teardown-without-access",
     "a teardown of a target that has no access", 0, 0)
MARK(TWO_TARGETS, "two-targets-in-turn", "two targets have had access to the same world", 0, 0)
MARK(TWO_COMMANDS, "two-commands-at-once",
     "a command of the management layer begins while another one is under way", 0, 0)
MARK(TEARDOWN_DURING_SETUP, "teardown-during-setup",
     "a teardown begins while a setup is under way", 0, 0)
MARK(SETUP_DURING_TEARDOWN, "setup-during-teardown",
     "a setup begins while a teardown is under way", 0, 0)
MARK(QUIT_WITH_ACCESS, "quit-with-access", "QEMU ends while there is backup access", 0, 0)
MARK(QUIT_DURING_COMMAND, "quit-during-command",
     "QEMU ends while a setup or teardown is under way", 0, 0)
MARK(QUIT_WITH_JOBS, "quit-with-backup", "QEMU ends while a regular backup is under way", 0, 0)
MARK(FAULT_IN_SETUP, "fault-in-setup", "an injected fault fires while a setup is under way", 0, 0)
MARK(FAULT_IN_TEARDOWN, "fault-in-teardown",
     "an injected fault fires while a teardown is under way", 0, 0)
MARK(FAULT_IN_BACKUP, "fault-in-backup",
     "an injected fault fires while a regular backup is under way", 0, 0)

/* ---- bitmaps ---- */
MARK(ACTION_NEW, "action-new", "setup answers that a bitmap is new", 0, 0)
MARK(ACTION_USED, "action-used", "setup answers that a bitmap is used", 0, 0)
MARK(ACTION_INVALID, "action-invalid", "setup answers that a bitmap was not good enough", 0, 0)
MARK(ACTION_REMOVED, "action-not-used-removed",
     "a query answers that setup has removed a bitmap, for none was wanted", 0, 0)
MARK(ACTION_MISSING, "action-missing-recreated",
     "setup answers that a bitmap was missing", 2, 0)
MARK(NAME_CHANGED, "name-changed",
     "a target sets up access with another bitmap name than before", 1, 2)
MARK(NAME_AT_LIMIT, "name-at-limit", "a bitmap's name has all the bytes that it may have", 0, 0)
MARK(NAME_OVER_LIMIT, "name-over-limit", "a bitmap's name is too long", 0, 0)
MARK(BACKGROUND_NAME, "name-of-background-bitmap",
     "a bitmap is to be called as the background bitmap is", 0, 0)
MARK(TROUBLED_AT_SETUP, "bitmap-troubled-at-setup",
     "a bitmap is busy, read-only or inconsistent when setup begins", 0, 0)
MARK(TROUBLED_AT_TEARDOWN, "bitmap-troubled-at-teardown",
     "a bitmap is busy, read-only or inconsistent when teardown begins", 0, 0)
MARK(TOUCHED_IN_ACCESS, "bitmap-touched-in-access",
     "a bitmap is removed, enabled, disabled or cleared by hand while there is access", 0, 0)
MARK(MERGE_REFUSED, "merge-refused", "a merge by hand fails", 0, 0)

/* ---- the rest ---- */
MARK(RESIZED_BETWEEN, "resized-between-accesses",
     "a drive gets another size after it was set up and torn down", 0, 0)
MARK(BACKUP_REFUSED_BY_ACCESS, "backup-refused-by-access",
     "a regular backup is refused while there is backup access", 0, 0)
MARK(BACKUP_CANCELLED, "backup-cancelled", "a regular backup is cancelled under way", 0, 0)
