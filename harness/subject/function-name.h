/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Names of functions of this program, for messages.
 */
#ifndef HARNESS_SUBJECT_FUNCTION_NAME_H
#define HARNESS_SUBJECT_FUNCTION_NAME_H

/*
 * The function that a return address lies in, without what a compiler adds to the names of its
 * copies (".constprop.0"); "?" if the program was stripped.  Valid for ever.
 */
const char *function_name_at(const void *return_address);

#endif
