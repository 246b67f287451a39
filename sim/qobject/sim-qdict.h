/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which dictionaries exist: what QEMU cannot tell and a check wants to know.
 */
#ifndef SIM_QOBJECT_SIM_QDICT_H
#define SIM_QOBJECT_SIM_QDICT_H

unsigned sim_qdicts_alive(void);
/* Frees all that are left, whatever their references. */
void sim_qdicts_reset(void);

#endif
