#include "policy/pack/notice.h"

#include <ctype.h>
#include <string.h>

/* The text being read: one paragraph is collected, then attached to its clause. */
typedef struct NoticeReader {
    Cx *cx;
    const Pack *pack;
    NoticeText *texts;
    size_t count;
    size_t room;
    const char **unknown;
    size_t unknown_count;
    int part;       /* 0 = the opening */
    int item;       /* 0 = before the first of the part */
    int principle;  /* 0 = none */
    bool addressed; /* behind the line that names whom the notice goes to */
    bool titled;
    const char *id; /* of the paragraph at hand; NULL = none */
    bool headed;    /* its first sentence is a heading */
    Buf text;
} NoticeReader;

static const char *const PARTS[] = { "一", "二", "三", "四", "五", "六", "七", "八", "九", "十" };

static void keep(NoticeReader *r, const char *id, const char *text)
{
    if (r->count == r->room) {
        size_t room = r->room ? 2 * r->room : 64, size = sizeof *r->texts;
        r->texts = arena_grow(r->cx->arena, r->texts, r->room * size, room * size);
        r->room = room;
    }
    r->texts[r->count++] = (NoticeText){ id, text };
}

/* The first sentence of a marked paragraph is its heading; the others count from 1. */
static void keep_sentences(NoticeReader *r)
{
    const char *text = buf_text(&r->text);
    const char *stop = strstr(text, "。");
    if (r->headed && stop)
        text = stop + strlen("。");
    for (int n = 1; *text; n++) {
        stop = strstr(text, "。");
        size_t length = stop ? (size_t)(stop - text) + strlen("。") : strlen(text);
        const char *id = arena_format(r->cx->arena, "%s/s%d", r->id, n);
        if (pack_clause(r->pack, id))
            keep(r, id, arena_text_n(r->cx->arena, text, length));
        text += length;
    }
}

static void end_paragraph(NoticeReader *r)
{
    if (r->id && r->text.length > 0) {
        if (pack_clause(r->pack, r->id)) {
            keep(r, r->id, buf_text(&r->text));
            if (strcmp(r->id, "题") != 0)
                keep_sentences(r);
        } else {
            const char **more = NEW_N(r->cx, const char *, r->unknown_count + 2);
            memcpy(more, r->unknown, r->unknown_count * sizeof *more);
            more[r->unknown_count++] = r->id;
            r->unknown = more;
        }
    }
    r->id = NULL;
    r->text = BUF(r->cx);
}

static void begin_paragraph(NoticeReader *r, const char *id)
{
    end_paragraph(r);
    r->id = id;
    r->headed = r->item > 0;
}

/* A line broken by the page goes on without a blank, unless two Latin words or figures meet. */
static void add_line(NoticeReader *r, const char *line)
{
    const Buf *b = &r->text;
    if (b->length > 0 && isalnum((unsigned char)b->at[b->length - 1]) &&
        isalnum((unsigned char)*line))
        buf_char(&r->text, ' ');
    buf_add(&r->text, line);
}

/* Whoever can be reached by it: a phone, a mobile or a mail address. */
static bool names_contact(const char *line)
{
    if (strncmp(line, "联系人", strlen("联系人")) == 0 ||
        strncmp(line, "联系电话", strlen("联系电话")) == 0 ||
        strncmp(line, "联系方式", strlen("联系方式")) == 0 || strchr(line, '@'))
        return true;
    for (const char *p = line; *p; p++) {
        size_t digits = strspn(p, "0123456789");
        if (digits == 11 || (digits >= 3 && digits <= 4 && p[digits] == '-' &&
                             strspn(p + digits + 1, "0123456789") >= 7))
            return true;
        p += digits ? digits - 1 : 0;
    }
    return false;
}

/* Outline marks count upward; a figure at the head of a broken line that does not is text. */
static bool part_mark(NoticeReader *r, const char *line)
{
    if ((size_t)r->part >= COUNT(PARTS))
        return false;
    const char *mark = arena_format(r->cx->arena, "%s、", PARTS[r->part]);
    if (strncmp(line, mark, strlen(mark)) != 0)
        return false;
    r->part++;
    r->item = r->principle = 0;
    begin_paragraph(r, PARTS[r->part - 1]);
    add_line(r, line + strlen(mark));
    begin_paragraph(r, arena_format(r->cx->arena, "%s.0", PARTS[r->part - 1]));
    return true;
}

static bool item_mark(NoticeReader *r, const char *line)
{
    const char *mark = arena_format(r->cx->arena, "%d.", r->item + 1);
    size_t length = strlen(mark);
    if (r->part == 0 || strncmp(line, mark, length) != 0 || isdigit((unsigned char)line[length]))
        return false;
    r->item++;
    r->principle = 0;
    begin_paragraph(r, arena_format(r->cx->arena, "%s.%d", PARTS[r->part - 1], r->item));
    add_line(r, line + length + strspn(line + length, " "));
    return true;
}

static bool principle_mark(NoticeReader *r, const char *line)
{
    static const char MARK[] = "——";
    if (r->item == 0 || r->principle == 26 || strncmp(line, MARK, strlen(MARK)) != 0)
        return false;
    r->principle++;
    begin_paragraph(r, arena_format(r->cx->arena, "%s.%d.%c", PARTS[r->part - 1], r->item,
                                    'a' + r->principle - 1));
    add_line(r, line + strlen(MARK));
    return true;
}

/* Before the first part: heading, title, the line of addressees, then the reasons. */
static void opening(NoticeReader *r, const char *line)
{
    static const char COLON[] = "：", ABOUT[] = "关于";
    size_t length = strlen(line);
    if (!r->titled && strncmp(line, ABOUT, strlen(ABOUT)) == 0) {
        begin_paragraph(r, "题");
        r->titled = true;
    } else if (r->titled && !r->addressed && length >= strlen(COLON) &&
               strcmp(line + length - strlen(COLON), COLON) == 0) {
        begin_paragraph(r, "序");
        r->addressed = true;
        return;
    }
    if (r->id)
        add_line(r, line);
}

static void read_line(NoticeReader *r, const char *line)
{
    if (part_mark(r, line) || item_mark(r, line) || principle_mark(r, line))
        return;
    if (r->part == 0)
        opening(r, line);
    else if (r->id)
        add_line(r, line);
}

/* Without white space at both ends; form feeds and ideographic blanks count as such. */
static const char *trimmed(Cx *cx, const char *from, size_t length)
{
    static const char WIDE[] = "\xE3\x80\x80";
    for (;;) {
        if (length > 0 && strchr(" \t\r\f\v", *from))
            from++, length--;
        else if (length >= 3 && memcmp(from, WIDE, 3) == 0)
            from += 3, length -= 3;
        else if (length > 0 && strchr(" \t\r\f\v", from[length - 1]))
            length--;
        else if (length >= 3 && memcmp(from + length - 3, WIDE, 3) == 0)
            length -= 3;
        else
            return arena_text_n(cx->arena, from, length);
    }
}

Err notice_read(Cx *cx, NoticeForm *out, const Pack *pack, const char *bytes, size_t length)
{
    NoticeReader r = { .cx = cx, .pack = pack, .text = BUF(cx) };
    r.unknown = NEW_N(cx, const char *, 1);
    if (!text_valid(bytes, length))
        return fail(cx, INVALID, "notice", "不是 UTF-8 文本", "is not UTF-8 text");
    for (const char *end = bytes + length; bytes < end;) {
        const char *stop = memchr(bytes, '\n', (size_t)(end - bytes));
        size_t n = stop ? (size_t)(stop - bytes) : (size_t)(end - bytes);
        const char *line = trimmed(cx, bytes, n);
        bytes += n + 1;
        if (r.part > 0 && names_contact(line))
            break;
        if (*line)
            read_line(&r, line);
    }
    end_paragraph(&r);
    if (r.part == 0)
        return fail(cx, INVALID, "notice", "没有“一、”这样的层次", "has no outline such as “一、”");
    *out = (NoticeForm){ r.texts, r.count, r.unknown };
    return OK;
}

void notice_write(JsonOut *o, const Pack *pack, const NoticeForm *notice)
{
    json_open(o, NULL, '{');
    json_put_text(o, "pack", pack->id);
    json_put_text(o, "document", pack->document);
    json_open(o, "texts", '{');
    for (size_t i = 0; i < notice->count; i++)
        json_put_text(o, notice->texts[i].clause, notice->texts[i].text);
    json_close(o, '}');
    json_close(o, '}');
}
