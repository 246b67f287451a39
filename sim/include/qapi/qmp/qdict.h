/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Dictionaries of options, under the name that they had before QEMU 10.0.
 */
#include "qobject/qdict.h"
