/* What the field and route tables say, without a server: for generators and for readers. */
#include "commands/command.h"

#include "core/openapi.h"
#include "modules/modules.h"

#include <stdio.h>

int command_openapi(Cx *cx, int argc, char **argv)
{
    (void)argc, (void)argv;
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    o.pretty = true;
    openapi_put(cx, &o, MODULES);
    return puts(buf_text(&b)) < 0;
}

int command_types(Cx *cx, int argc, char **argv)
{
    (void)argc, (void)argv;
    Buf b = BUF(cx);
    openapi_types(cx, &b, MODULES);
    return fputs(buf_text(&b), stdout) < 0;
}
