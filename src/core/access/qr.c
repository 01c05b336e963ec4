#include "core/access/qr.h"

#include "base/text.h"

#include <qrencode.h>

/* A run of dark modules in a row is one rectangle: a third of the path that single ones make. */
static void row_add(Buf *b, const unsigned char *row, int y, int width)
{
    for (int x = 0; x < width;) {
        int from = x;
        while (x < width && row[x] & 1)
            x++;
        if (x > from)
            buf_format(b, "M%d %dh%dv1h-%dz", from, y, x - from, x - from);
        else
            x++;
    }
}

Err qr_path(Cx *cx, const char **path, int64_t *size, const char *text)
{
    QRcode *code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M);
    if (code == NULL)
        return fail(cx, INVALID, "text", "内容过长，不能生成二维码", "too long for a QR code");
    Buf b = BUF(cx);
    for (int y = 0; y < code->width; y++)
        row_add(&b, code->data + y * code->width, y, code->width);
    *size = code->width;
    *path = buf_text(&b);
    QRcode_free(code);
    return OK;
}
