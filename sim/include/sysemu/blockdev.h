/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The name that system/blockdev.h had before QEMU 10. */
#include "system/blockdev.h"
