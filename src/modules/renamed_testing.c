#include "modules/renamed_testing.h"

#include "base/file.h"
#include "core/process/pack_store.h"
#include "tests/test.h"

#include <string.h>

#define PACK "packs/lu-2022-26"
#define MARK "k_"

/* The arena of the case that asked for it. */
static const Arena *renamed_in;
static const Arena *undefended_in;

void testing_rename(Cx *cx)
{
    renamed_in = cx->arena;
}

void testing_undefended(Cx *cx)
{
    undefended_in = cx->arena;
}

const char *testing_key(Cx *cx, const char *key)
{
    return renamed_in == cx->arena ? arena_format(cx->arena, MARK "%s", key) : key;
}

/* What stands before a name: from the first `from` of the file on, `before` opens one name, or with
 * list set each text up to the closing bracket. */
typedef struct Spot {
    const char *file;
    const char *from;
    const char *before;
    bool list;
} Spot;

static const Spot SPOTS[] = {
    { "process.json", "\"processes\"", "\"key\": \"", false },
    { "process.json", "\"processes\"", "\"forward\": \"", false },
    { "process.json", "\"processes\"", "\"back\": [", true },
    { "process.json", "\"processes\"", "\"reject\": [", true },
    { "process.json", "", "\"rule\": \"", false },
    { "pack.json", "", "\"rule\": \"", false },
    { "pack.json", "", "\"decision\": \"", false },
    { "pack.json", "\"simulation\"", "\"tier\": \"", false },
    { "rubric.json", "", "\"rules\": [", true },
    { "rules/rules.dmn", "", "<decision id=\"", false },
    { "rules/rules.dmn", "", "requiredDecision href=\"#", false },
};

static const char *mark_list(Buf *b, const char *at)
{
    const char *end = strchr(at, ']');
    bool opens = true;
    for (; at < end; at++) {
        buf_add_n(b, at, 1);
        if (*at == '"' && opens)
            buf_add(b, MARK);
        opens ^= *at == '"';
    }
    return end;
}

static const char *marked(Cx *cx, const char *text, const Spot *p)
{
    Buf b = BUF(cx);
    const char *rest = strstr(text, p->from), *at;
    EXPECT(rest);
    buf_add_n(&b, text, (size_t)(rest - text));
    while ((at = strstr(rest, p->before))) {
        at += strlen(p->before);
        buf_add_n(&b, rest, (size_t)(at - rest));
        rest = at;
        if (p->list)
            rest = mark_list(&b, at);
        else
            buf_add(&b, MARK);
    }
    buf_add(&b, rest);
    return buf_text(&b);
}

/* The texts of rules stand under their ids, one a line at this depth. */
static const char *texts_marked(Cx *cx, const char *text)
{
    Buf b = BUF(cx);
    const char *rest = strstr(text, "\"rules\""), *at;
    EXPECT(rest);
    buf_add_n(&b, text, (size_t)(rest - text));
    while ((at = strstr(rest, "\n  \""))) {
        at += 4;
        buf_add_n(&b, rest, (size_t)(at - rest));
        buf_add(&b, MARK);
        rest = at;
    }
    buf_add(&b, rest);
    return buf_text(&b);
}

PackSource testing_renamed(Cx *cx)
{
    static const char *const FILES[] = { "process.json", "pack.json", "rubric.json",
                                         "rules/rules.dmn", "texts/rules.json" };
    PackFile *files = NEW_N(cx, PackFile, COUNT(FILES));
    for (size_t i = 0; i < COUNT(FILES); i++) {
        const char *text = test_read(cx, arena_format(cx->arena, PACK "/%s", FILES[i]), NULL);
        for (size_t k = 0; k < COUNT(SPOTS); k++)
            if (strcmp(SPOTS[k].file, FILES[i]) == 0)
                text = marked(cx, text, &SPOTS[k]);
        if (strcmp(FILES[i], "texts/rules.json") == 0)
            text = texts_marked(cx, text);
        files[i] = (PackFile){ FILES[i], text, strlen(text) };
    }
    return (PackSource){ PACK, files, COUNT(FILES) };
}

/* The text without the object that holds the mark: from its opening bracket, the last one before
 * the mark at that depth, to its end, with the comma behind it or before it. */
static const char *without(Cx *cx, const char *text, const char *mark)
{
    const char *at = strstr(text, mark), *from = at, *to = at;
    EXPECT(at);
    for (int depth = 1; depth > 0;) {
        from--;
        depth += *from == '}' ? 1 : *from == '{' ? -1 : 0;
    }
    for (int depth = 1; depth > 0; to++)
        depth += *to == '{' ? 1 : *to == '}' ? -1 : 0;
    if (*to == ',')
        to++;
    else
        while (from[-1] == '\n' || from[-1] == ' ' || from[-1] == ',')
            from--;
    return arena_format(cx->arena, "%.*s%s", (int)(from - text), text, to);
}

static const char *instead(Cx *cx, const char *text, const char *from, const char *to)
{
    const char *at = strstr(text, from);
    EXPECT(at);
    return arena_format(cx->arena, "%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
}

static PackSource undefended(Cx *cx)
{
    PackFile *files = NEW_N(cx, PackFile, 2);
    const char *process = test_read(cx, PACK "/process.json", NULL);
    process = without(cx, process, "\"role\": \"zone.defence\"");
    process = without(cx, process, "\"role\": \"selection.defence\"");
    process = without(cx, process, "\"name\": \"答辩已封存\"");
    process = instead(cx, process, "\"forward\": \"defence\"", "\"forward\": \"site\"");
    process = instead(cx, process, "\"forward\": \"defence\"", "\"forward\": \"site\"");
    const char *rubric = test_read(cx, PACK "/rubric.json", NULL);
    rubric = without(cx, rubric, "\"key\": \"defence\"");
    rubric = without(cx, rubric, "\"part\": \"defence\"");
    rubric = without(cx, rubric, "\"part\": \"defence\"");
    rubric = instead(cx, rubric, "\"weight\": 60", "\"weight\": 85");
    rubric = instead(cx, rubric, "\"paper\", \"defence\", \"site\"", "\"paper\", \"site\"");
    files[0] = (PackFile){ "process.json", process, strlen(process) };
    files[1] = (PackFile){ "rubric.json", rubric, strlen(rubric) };
    return (PackSource){ PACK, files, 2 };
}

Err testing_pack_add(Cx *cx, const char **hash)
{
    if (renamed_in != cx->arena && undefended_in != cx->arena)
        return pack_store_add(cx, hash, PACK);
    PackSource source = renamed_in == cx->arena ? testing_renamed(cx) : undefended(cx);
    return pack_store_publish(cx, hash, &source);
}
