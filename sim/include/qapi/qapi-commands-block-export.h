/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * QMP commands on exports.
 *
 * QEMU generates this file from qapi/block-export.json.  Only what an NBD export does to the
 * node and the bitmap that it shows is here; both commands run outside of coroutines and set
 * *@errp on failure, which changes nothing.
 */
#ifndef QAPI_COMMANDS_BLOCK_EXPORT_H
#define QAPI_COMMANDS_BLOCK_EXPORT_H

#include "qapi/error.h"

/*
 * Exports a node read-only, and with it (@bitmap not NULL) a bitmap of @bitmap_node, which is
 * busy as long as the export is.  Refused: an @id that is taken, a bitmap that is busy,
 * inconsistent or enabled.  In QEMU both nodes and the bitmap are members of BlockExportOptions.
 */
void qmp_block_export_add(const char *id, const char *node, const char *bitmap_node,
                          const char *bitmap, Error **errp);
/* As with mode "hard": clients are not waited for. */
void qmp_block_export_del(const char *id, Error **errp);

#endif
