/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The model: bitmaps that are others' business and not the code's, by name.
 *
 * Those that hands made, until they remove them or a target takes the name; and those that a job
 * or an export keeps busy, until it lets go.
 */
#include <string.h>

#include "harness/check/model-internal.h"

void model_bitmap_name_clear(gpointer data)
{
    ModelBitmapName *bitmap = data;

    g_free(bitmap->name);
}

static unsigned find_name(const GArray *names, const ModelDrive *drive, const char *name)
{
    unsigned i = 0;

    while (i < names->len) {
        const ModelBitmapName *bitmap = &g_array_index(names, ModelBitmapName, i);

        if (bitmap->drive == drive && strcmp(bitmap->name, name) == 0) {
            break;
        }
        i++;
    }
    return i;
}

static void add_name(GArray *names, ModelDrive *drive, const char *name)
{
    ModelBitmapName bitmap = { .drive = drive };

    if (find_name(names, drive, name) == names->len) {
        bitmap.name = g_strdup(name);
        g_array_append_val(names, bitmap);
    }
}

static void drop_name(GArray *names, const ModelDrive *drive, const char *name)
{
    unsigned index = find_name(names, drive, name);

    if (index < names->len) {
        g_array_remove_index_fast(names, index);
    }
}

bool model_is_handmade(const Model *model, const ModelDrive *drive, const char *bitmap_name)
{
    return find_name(model->handmade, drive, bitmap_name) < model->handmade->len;
}

void model_make_handmade(Model *model, ModelDrive *drive, const char *bitmap_name)
{
    add_name(model->handmade, drive, bitmap_name);
}

void model_names_forget(Model *model, const ModelDrive *drive, const char *bitmap_name)
{
    drop_name(model->handmade, drive, bitmap_name);
}

void model_names_note(Model *model, ModelDrive *drive, const Deed *deed)
{
    if (strcmp(deed->command, "add") == 0) {
        add_name(model->handmade, drive, deed->bitmap_name);
    } else if (strcmp(deed->command, "remove") == 0) {
        drop_name(model->handmade, drive, deed->bitmap_name);
    } else if (strcmp(deed->command, "busy") == 0) {
        add_name(model->in_use, drive, deed->bitmap_name);
    } else if (strcmp(deed->command, "unbusy") == 0) {
        drop_name(model->in_use, drive, deed->bitmap_name);
    }
}

static void drop_names_of(GArray *names, const ModelDrive *drive)
{
    for (unsigned i = names->len; i-- > 0;) {
        if (g_array_index(names, ModelBitmapName, i).drive == drive) {
            g_array_remove_index_fast(names, i);
        }
    }
}

void model_names_drop_drive(Model *model, const ModelDrive *drive)
{
    drop_names_of(model->handmade, drive);
    drop_names_of(model->in_use, drive);
}
