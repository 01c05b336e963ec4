/* Files that leave the server: workbooks, documents, attachments, rules. All go out by the
 * functions here, which put on record, under the words of the route and before the file goes, who
 * took out what; and what the program makes itself carries who took it out and when (export_mark).
 *
 * What is published to everybody is on nobody's record and has no mark: its noun is NULL. A route
 * that may answer with a file has ROUTE_FILE; export_test.c asks each of them, and every other.
 */
#ifndef CORE_REQUEST_EXPORT_H
#define CORE_REQUEST_EXPORT_H

#include "core/request/dispatch.h"
#include "sheet/sheet_out.h"

#define TYPE_XLSX "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#define TYPE_PDF  "application/pdf"

typedef struct Export {
    const char *noun; /* on which it is; NULL = published */
    int64_t id;       /* UNSET = of a list */
    const char *type;
    const char *name;
    int64_t rows; /* UNSET = it has none */
    bool save;    /* it is offered for saving, also where a browser could show it */
} Export;

void export_bytes(Cx *cx, Reply *rp, const Export *e, const char *bytes, size_t length);
void export_sheet(Cx *cx, Reply *rp, const Export *e, const SheetFile *file); /* of TYPE_XLSX */
/* An open file, taken over. A further piece of one that the user opened just now is no new entry.
 */
Err export_file(Cx *cx, const Request *rq, Reply *rp, const Export *e, int fd, int64_t length);

/* "zhangsan 张三（莱州市乡村振兴局）2022年12月19日19时07分导出": of the user. */
const char *export_mark(Cx *cx, Lang lang);
/* For what the user takes out, in cx->lang; of what is published give it no mark. */
SheetMaker export_maker(Cx *cx);
/* ?lang=en, else as the browser asks. */
void export_language(Cx *cx, const Request *rq);

#endif
