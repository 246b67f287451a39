/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Shared wordings of errors: no file that is built here uses one.
 *
 * Stands in for QEMU's include/qapi/qmp/qerror.h, which pve-backup.c includes.
 */
#ifndef QERROR_H
#define QERROR_H

#endif
