/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The model: guest requests, from events.
 *
 * Every landing gets the next number, over all drives.  A failed request counts as a
 * landing too, since it may have changed the disk and QEMU marks it dirty (block/io.c,
 * bdrv_co_write_req_finish), but the content is left as it was.
 */
#include <string.h>

#include "harness/check/model-internal.h"

ModelRequest *model_find_request(const Model *model, uint64_t number)
{
    for (unsigned i = model->requests->len; i > 0; i--) {
        ModelRequest *request = &g_array_index(model->requests, ModelRequest, i - 1);

        if (request->number == number) {
            return request;
        }
    }
    return NULL;
}

uint64_t model_landing_request(const Model *model, uint64_t landing)
{
    return landing ? g_array_index(model->landings, uint64_t, landing - 1) : 0;
}

/* Reads and flushes change nothing; they are told apart by the word that the event brings. */
static bool changes_the_disk(const SimEvent *event)
{
    const char *type = event->text;

    return event->bytes && !(type && (strcmp(type, "read") == 0 || strcmp(type, "flush") == 0));
}

void model_request_submit(Model *model, const SimEvent *event)
{
    ModelRequest request = {
        .number = event->number,
        .drive = model_find_drive(model, event->who),
        .offset = event->offset,
        .bytes = event->bytes,
        .submitted_at = ++model->clock,
        .is_write = changes_the_disk(event),
    };

    if (request.drive) {
        g_array_append_val(model->requests, request);
    }
}

void model_request_land(Model *model, const SimEvent *event)
{
    ModelRequest *request = model_find_request(model, event->number);
    ModelDrive *drive;
    uint64_t landing, end = event->offset + event->bytes;

    if (!request) {
        return;
    }
    drive = request->drive;
    request->land_ret = event->ret;
    if (!request->is_write) {
        return;
    }
    g_array_append_val(model->landings, event->number);
    landing = model->landings->len;
    request->landing = landing;
    sim_rangemap_set(&drive->landings, event->offset, end, landing);
    if (event->ret >= 0) {
        sim_rangemap_set(&drive->content, event->offset, end, event->number);
    }
    if (request->submitted_at > drive->last_submit_at) {
        drive->last_submit_at = request->submitted_at;
        drive->last_submit_number = request->number;
    }
    if (drive->picture.is_taken) {
        sim_rangemap_set(&drive->picture.touched, event->offset, end, 1);
    }
    model_touch(model, drive);
}

void model_request_mark(Model *model, const SimEvent *event)
{
    ModelRequest *request = model_find_request(model, event->number);

    /* The nodes above pass the request on too, but hold no bitmaps. */
    if (request && (strcmp(event->who, request->drive->node_name) == 0 ||
                    strcmp(event->who, request->drive->name) == 0)) {
        request->is_marked = true;
        model_touch(model, request->drive);
    }
}

void model_request_hold(Model *model, const SimEvent *event)
{
    ModelRequest *request = model_find_request(model, event->number);

    if (request) {
        request->is_held = event->kind == SIM_EVENT_HOLD;
    }
}

/* What was submitted from now on may rest on @request, which is not in the picture. */
static void note_missing(const Model *model, ModelMoment *moment, const ModelRequest *request)
{
    if (request->landing > moment->point && !moment->missing_since) {
        moment->missing_since = model->clock;
        moment->missing_number = request->number;
    }
}

static void see_success(Model *model, const ModelRequest *request)
{
    if (request->drive->picture.is_taken) {
        note_missing(model, &request->drive->picture.moment, request);
    }
    for (unsigned i = 0; i < model->archived->len; i++) {
        ModelArchived *archived = g_ptr_array_index(model->archived, i);

        if (archived->drive == request->drive && !archived->is_over) {
            note_missing(model, &archived->moment, request);
        }
    }
}

void model_request_complete(Model *model, const SimEvent *event)
{
    ModelRequest *request = model_find_request(model, event->number);

    model->completed = (ModelRequest){ 0 };
    if (!request) {
        return;
    }
    model->completed = *request;
    g_array_remove_index_fast(model->requests,
                              request - &g_array_index(model->requests, ModelRequest, 0));
    request = &model->completed;
    model->clock++;
    if (event->ret >= 0) {
        see_success(model, request);
    }
    if (request->is_write) {
        model_touch(model, request->drive);
    }
}
