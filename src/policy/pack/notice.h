/* The official text of a notice, attached to the pack's clauses for display beside them.
 *
 * The text never stands in the tree: it is read from the file that the office has, and kept in the
 * data directory. Outline marks are 一、 (part), 1. (item) and —— (principle); what stands before
 * the first part is the opening. Lines broken by the page, blank lines and form feeds are mended.
 * The contact block at its end (联系人 … ) is dropped: no name, phone or address leaves here.
 */
#ifndef POLICY_PACK_NOTICE_H
#define POLICY_PACK_NOTICE_H

#include "policy/pack/pack.h"

typedef struct NoticeText {
    const char *clause; /* id */
    const char *text;
} NoticeText;

typedef struct NoticeForm {
    const NoticeText *texts; /* in the order of the notice */
    size_t count;
    const char *const *unknown; /* ids found in the text that the pack has not; ends with NULL */
} NoticeForm;

/* Fails INVALID where the text is not UTF-8 or has no outline. */
Err notice_read(Cx *cx, NoticeForm *out, const Pack *pack, const char *bytes, size_t length);

/* { "pack": …, "document": …, "texts": { "一.3/s2": "…" } } */
void notice_write(JsonOut *o, const Pack *pack, const NoticeForm *notice);

#endif
