/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The name that system/block-backend.h had before QEMU 10. */
#include "system/block-backend.h"
