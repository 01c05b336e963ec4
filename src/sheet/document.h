/* Whole documents as workbooks: each list of objects in them is a tab.
 */
#ifndef SHEET_DOCUMENT_H
#define SHEET_DOCUMENT_H

#include "sheet/merge.h"
#include "sheet/sheet_out.h"

/* The lists of objects in a document, each a tab: at the top ("villages"), in an OBJECT
 * ("plan.projects"), or in the items of such a list ("plan.projects.funds"; its first column then
 * names the item it belongs to). */
typedef struct SheetTabs {
    const Sheet *sheets;
    size_t count;
    const struct Spot *spots;
} SheetTabs;

SheetTabs sheet_tabs(Cx *cx, const Field *document);
/* All tabs of an export. */
Err sheet_put_document(Cx *cx, SheetOut *out, const SheetTabs *tabs, const Json *document,
                       bool reveal);
/* result = the document with the book's rows in its lists, as sheet_merge does it; a tab without
 * rows leaves its list alone. A row that belongs to no item is one more fault of the book. The
 * time grows with items × rows of an inner list: for documents, not for registers. */
void sheet_merge_document(Cx *cx, SheetMerge *out, SheetBook *book, const SheetTabs *tabs,
                          const Json *document);

#endif
