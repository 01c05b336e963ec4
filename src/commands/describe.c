/* What the field and route tables say, without a server: for generators and for readers. */
#include "commands/command.h"

#include "base/child.h"
#include "core/request/openapi.h"
#include "modules/modules.h"
#include "paper/paper.h"
#include "paper/pdf_lock.h"
#include "sheet/sheet_out.h"

#include <stdio.h>

int command_openapi(Cx *cx, const Options *options)
{
    (void)options;
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    o.pretty = true;
    openapi_put(cx, &o, MODULES, NULL);
    return puts(buf_text(&b)) < 0;
}

int command_types(Cx *cx, const Options *options)
{
    (void)options;
    Buf b = BUF(cx);
    openapi_types(cx, &b, MODULES);
    return fputs(buf_text(&b), stdout) < 0;
}

/* The children that set documents, write workbooks and look at PDFs (base/child.h). */
int command_paper(Cx *cx, const Options *options)
{
    (void)cx, (void)options;
    child_bounds();
    return paper_set(0, 1);
}

int command_sheet(Cx *cx, const Options *options)
{
    (void)cx, (void)options;
    child_bounds();
    return sheet_make(0, 1);
}

int command_pdf(Cx *cx, const Options *options)
{
    (void)cx, (void)options;
    child_bounds();
    return pdf_lock_look(0, 1);
}
