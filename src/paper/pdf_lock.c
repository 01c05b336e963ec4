/* Most PDF are under no encryption at all, which is seen without a parser: the word stands outside
 * every stream, in the trailer or in the dictionary of the stream that takes its place. Only where
 * it does, qpdf tries to open the file without a password, in a child, for its bytes are anybody's.
 */
#include "paper/pdf_lock.h"

#include "base/child.h"

#include <assert.h>
#include <fcntl.h>
#include <limits.h>
#include <qpdf/qpdf-c.h>
#include <string.h>
#include <unistd.h>

enum { PIECE = 65536 };
static const char MARK[] = "/Encrypt";

/* The end of each piece is kept before the next, so that a mark across two is seen. */
static bool is_marked(Cx *cx, const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    char *piece = arena_alloc(cx->arena, PIECE);
    size_t kept = 0;
    bool found = false;
    for (ssize_t n; fd >= 0 && !found && (n = read(fd, piece + kept, PIECE - kept)) > 0;) {
        size_t length = kept + (size_t)n;
        found = memmem(piece, length, MARK, strlen(MARK)) != NULL;
        kept = length < strlen(MARK) ? length : strlen(MARK) - 1;
        memmove(piece, piece + length - kept, kept);
    }
    if (fd >= 0)
        close(fd);
    return found;
}

Err pdf_locked(Cx *cx, bool *out, const char *path, const char *program)
{
    Child *c;
    const char *said;
    size_t length;
    *out = false;
    if (!is_marked(cx, path))
        return OK;
    TRY(child_start(cx, &c, program, "pdf"));
    child_feed(c, path, strlen(path));
    Err e = child_end(c, &said, &length, "无法查看 PDF", "cannot look at the PDF");
    if (e == INTERNAL)
        return OK;
    TRY(e);
    *out = length >= strlen("locked") && memcmp(said, "locked", strlen("locked")) == 0;
    return OK;
}

int pdf_lock_look(int in, int out)
{
    char path[PATH_MAX];
    size_t length = 0;
    for (ssize_t n; (n = read(in, path + length, sizeof path - 1 - length)) > 0;)
        length += (size_t)n;
    path[length] = '\0';
    qpdf_data q = qpdf_init();
    qpdf_silence_errors(q);
    qpdf_set_suppress_warnings(q, QPDF_TRUE);
    QPDF_ERROR_CODE code = qpdf_read(q, path, NULL);
    bool locked =
        (code & QPDF_ERRORS) && qpdf_get_error_code(q, qpdf_get_error(q)) == qpdf_e_password;
    qpdf_cleanup(&q);
    const char *said = locked ? "locked" : "open";
    return child_give(out, said, strlen(said));
}
