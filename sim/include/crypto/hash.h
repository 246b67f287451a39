/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * SHA-256, as QEMU's util/hbitmap.c asks for it.
 *
 * Stands in for QEMU's include/crypto/hash.h, with GLib doing the work.  The
 * constant is spelled one way up to QEMU 9.1 and another since.
 */
#ifndef QCRYPTO_HASH_H
#define QCRYPTO_HASH_H

#include <glib.h>

#include "qemu/typedefs.h"

typedef enum QCryptoHashAlgo {
    QCRYPTO_HASH_ALGO_SHA256,
    QCRYPTO_HASH_ALG_SHA256 = QCRYPTO_HASH_ALGO_SHA256,
} QCryptoHashAlgo;

/* Puts the digest as lower-case hex into *@digest (the caller frees it); never fails. */
static inline int qcrypto_hash_digest(QCryptoHashAlgo algo, const char *buf, size_t len,
                                      char **digest, Error **errp)
{
    g_assert(algo == QCRYPTO_HASH_ALGO_SHA256);
    (void)errp;
    *digest = g_compute_checksum_for_data(G_CHECKSUM_SHA256, (const guchar *)buf, len);
    return 0;
}

#endif
