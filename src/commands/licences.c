#include "commands/command.h"

#include "core/record/licence.h"

#include <stdio.h>
#include <string.h>

int command_licences(Cx *cx, const Options *o)
{
    Buf b = BUF(cx);
    if (o->format && strcmp(o->format, "json") == 0) {
        licence_bill(cx, &b, TUIJIN_VERSION);
        buf_char(&b, '\n');
    } else {
        licence_notice(cx, &b);
    }
    return fputs(buf_text(&b), stdout) < 0;
}
