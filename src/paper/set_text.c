/* Layouts of text: fonts, what may break, and characters that no font here has. */
#include "paper/set.h"

#include <string.h>

enum { TOKEN_MOST = 40 }; /* bytes: what is longer is no figure and no code */

/* Hanazono has the ideographs of GB 18030's third level, which the others lack. */
#define RARE ",HanaMinA,HanaMinB"
const char SONG[] = "FangSong,STFangsong,FangSong_GB2312,Noto Serif CJK SC" RARE;
const char HEI[] = "SimHei,Noto Sans CJK SC" RARE;
const char KAI[] = "KaiTi,STKaiti,Noto Serif CJK SC" RARE;
const char TITLE[] = "STZhongsong,Noto Serif CJK SC" RARE;

static PangoFontDescription *font_of(const char *family, double size, bool bold)
{
    PangoFontDescription *font = pango_font_description_new();
    pango_font_description_set_family(font, family);
    pango_font_description_set_absolute_size(font, size * PANGO_SCALE);
    if (bold)
        pango_font_description_set_weight(font, PANGO_WEIGHT_BOLD);
    return font;
}

PangoLayout *text_layout(const Setter *s, const char *family, double size, bool bold)
{
    PangoLayout *layout = pango_cairo_create_layout(s->cairo);
    pango_context_set_round_glyph_positions(pango_layout_get_context(layout), FALSE);
    PangoFontDescription *font = font_of(family, size, bold);
    pango_layout_set_font_description(layout, font);
    pango_font_description_free(font);
    pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
    return layout;
}

/* The bytes of a character of figures and codes, 〔2022〕26号 too; 0 = another. */
static size_t token_part(const char *p)
{
    if (*p > ' ' && *p < 0x7F)
        return 1;
    return strncmp(p, "〔", 3) == 0 || strncmp(p, "〕", 3) == 0 ? 3 : 0;
}

static const char *token_end(const char *p)
{
    for (size_t n; (n = token_part(p)) > 0;)
        p += n;
    return p;
}

/* 2022年, 26号, 30%: the year does not part from its figures (数字、年份不能回行). */
static size_t counted_by(const char *p)
{
    static const char *const WORDS[] = { "年", "月", "日", "号", "％" };
    for (size_t i = 0; i < COUNT(WORDS); i++)
        if (strncmp(p, WORDS[i], strlen(WORDS[i])) == 0)
            return strlen(WORDS[i]);
    return 0;
}

const char *text_token(const char *text)
{
    const char *end = token_end(text);
    if (end > text && g_ascii_isdigit(end[-1]))
        end += counted_by(end);
    return end - text <= TOKEN_MOST ? end : text;
}

void text_keep(PangoAttrList *list, size_t from, size_t to)
{
    PangoAttribute *a = pango_attr_allow_breaks_new(FALSE);
    a->start_index = (guint)from;
    a->end_index = (guint)to;
    pango_attr_list_insert(list, a);
}

void text_put(PangoLayout *layout, const char *text, bool breaks)
{
    PangoAttrList *list = pango_attr_list_new();
    pango_attr_list_insert(list, pango_attr_insert_hyphens_new(FALSE));
    for (const char *p = text; !breaks && *p;) {
        const char *end = text_token(p);
        if (end > p + 1)
            text_keep(list, (size_t)(p - text), (size_t)(end - text));
        else
            end = token_end(p); /* too long to be kept whole */
        p = end > p ? end : g_utf8_next_char(p);
    }
    pango_layout_set_text(layout, text, -1);
    pango_layout_set_attributes(layout, list);
    pango_attr_list_unref(list);
}

double text_width(PangoLayout *layout)
{
    int width, height;
    pango_layout_get_size(layout, &width, &height);
    return (double)width / PANGO_SCALE;
}

/* --- characters that cannot be printed --- */

PangoFontset *text_fonts(const Setter *s)
{
    PangoContext *context = pango_cairo_create_context(s->cairo);
    PangoFontDescription *font = font_of(SONG, CHARACTER, false);
    PangoFontset *fonts =
        pango_context_load_fontset(context, font, pango_language_from_string("zh-cn"));
    pango_font_description_free(font);
    g_object_unref(context);
    return fonts;
}

static bool has_glyph(PangoFontset *fonts, gunichar c)
{
    if (c < 0x7F || (c >= 0x4E00 && c <= 0x9FA5))
        return true;
    PangoFont *font = pango_fontset_get_font(fonts, c);
    bool has = font != NULL && pango_font_has_char(font, c);
    if (font != NULL)
        g_object_unref(font);
    return has;
}

static void tell(Buf *found, gunichar c)
{
    char name[16];
    g_snprintf(name, sizeof name, "U+%04X", c);
    if (found->at == NULL || strstr(found->at, name) == NULL)
        buf_format(found, "%s%s", found->length > 0 ? "、" : "", name);
}

/* Marks of direction and the like would set an official text otherwise than it is read. */
static bool is_silent(gunichar c)
{
    GUnicodeType type = g_unichar_type(c);
    return type == G_UNICODE_FORMAT || type == G_UNICODE_CONTROL;
}

const char *text_printable(const Setter *s, PangoFontset *fonts, Buf *found, const char *text)
{
    Buf b = BUF(s->cx);
    for (const char *p = text, *next; *p; p = next) {
        gunichar c = g_utf8_get_char(p);
        next = g_utf8_next_char(p);
        if (c == '\n' || c == 0x200B)
            buf_add_n(&b, p, (size_t)(next - p));
        else if (c == '\t')
            buf_char(&b, ' ');
        else if (is_silent(c))
            continue;
        else if (has_glyph(fonts, c))
            buf_add_n(&b, p, (size_t)(next - p));
        else {
            buf_add(&b, "〓");
            tell(found, c);
        }
    }
    return buf_text(&b);
}
