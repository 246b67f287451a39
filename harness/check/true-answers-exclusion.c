/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * True answers: what cannot be under way together is not said to have begun.
 *
 * Backup access and the regular backup share their state, so there is one of either at a time.
 * A setup or a backup is judged by what was there all along: an access that was active before
 * it began and that nobody has ended since, a job whose filter was there before and did not go.
 */
#include "harness/check/true-answers.h"

static bool is_access_ending(const Model *model)
{
    for (unsigned i = 0; i < model->commands->len; i++) {
        const ModelCommand *command = g_ptr_array_index(model->commands, i);

        if (command->kind == DEED_TEARDOWN_BEGINS || command->kind == DEED_QUIT_BEGINS) {
            return true;
        }
    }
    return false;
}

void true_answers_judge_exclusion(Checks *checks, const Deed *deed)
{
    const Model *model = checks_model(checks);
    const ModelCommand *command = model->answered;
    const char *what = deed->kind == DEED_SETUP_ANSWERED ? "setup" : "a regular backup";

    if (command->had_access && command->n_access_ends == model->n_access_ends &&
        !is_access_ending(model)) {
        REPORT(checks, deed->target_id, "%s is answered as a success, but an access was active "
               "before it, and nobody has ended that one", what);
    } else if (command->had_backup_filter && command->n_backup_ends == model->n_backup_ends) {
        REPORT(checks, deed->target_id, "%s is answered as a success, but a job of a regular "
               "backup was at work before it, and is still", what);
    }
}
