/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * QAPI's classes of errors: their names on the wire.
 */
#include "qemu/osdep.h"
#include "qapi/qapi-types-error.h"

const char *QapiErrorClass_str(QapiErrorClass error_class)
{
    static const char *const names[QAPI_ERROR_CLASS__MAX] = {
        [QAPI_ERROR_CLASS_GENERICERROR] = "GenericError",
        [QAPI_ERROR_CLASS_COMMANDNOTFOUND] = "CommandNotFound",
        [QAPI_ERROR_CLASS_DEVICENOTACTIVE] = "DeviceNotActive",
        [QAPI_ERROR_CLASS_DEVICENOTFOUND] = "DeviceNotFound",
        [QAPI_ERROR_CLASS_KVMMISSINGCAP] = "KVMMissingCap",
    };

    g_assert(error_class < QAPI_ERROR_CLASS__MAX);
    return names[error_class];
}
