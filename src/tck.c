/* tuijin-tck DIR: runs every test file of the DMN TCK below DIR.
 *
 * A case passes where every one of its result nodes gives what is expected; numbers within 1e-8, as
 * the TCK says, or exactly with --exact. A case that cannot be run, and a file that cannot be read,
 * is a failure. Cases below a directory `non-compliant` are counted apart. --summary prints a line
 * per test file in place of the failures, --report FILE writes figures and failures as Markdown.
 * The last line is "N passed, N failed"; the exit status is 1 where anything failed.
 */
#include "rules/dmn.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define TCK_NS "http://www.omg.org/spec/DMN/20160719/testcase"
#define XSI_NS "http://www.w3.org/2001/XMLSchema-instance"

enum { MAX_DEPTH = 16, FILE_MAX = 64 << 20 };

typedef struct TckTally {
    int cases;
    int passed; /* within the tolerance */
    int exact;  /* with numbers equal to the last digit */
} TckTally;

typedef struct Tck {
    Cx *cx; /* for what lasts through the run */
    bool exact;
    bool summary;
    const char *report;
    TckTally all;
    TckTally apart; /* non-compliant */
    Buf files;      /* of the report: a row per test file */
    Buf failures;   /* and per failure */
} Tck;

/* How far a value is what was expected. */
typedef enum TckMatch { WRONG, CLOSE, EXACT } TckMatch;

/* One test file at work. */
typedef struct TckFile {
    Tck *tck;
    Cx *cx;
    const char *directory;
    const char *path;
    const Xml *xml;
    const Dmn *dmn; /* NULL where the model cannot be used */
    const char *reason;
    TckTally tally;
} TckFile;

/* ---- files ---------------------------------------------------------------------------------- */

static Err read_file(Cx *cx, const char *path, const char **out, size_t *length)
{
    FILE *f = fopen(path, "rb");
    if (!f)
        return fail(cx, NOT_FOUND, NULL, "打不开 %s：%s", "cannot open %s: %s", path,
                    strerror(errno));
    Buf b = BUF(cx);
    char chunk[65536];
    size_t n;
    while ((n = fread(chunk, 1, sizeof chunk, f)) > 0 && b.length < FILE_MAX)
        buf_add_n(&b, chunk, n);
    bool broken = ferror(f) || b.length >= FILE_MAX;
    fclose(f);
    if (broken)
        return fail(cx, INVALID, NULL, "读不了 %s", "cannot read %s", path);
    *out = buf_text(&b);
    *length = b.length;
    return OK;
}

static bool ends_with(const char *text, const char *end)
{
    size_t n = strlen(text);
    size_t m = strlen(end);
    return n >= m && strcmp(text + n - m, end) == 0;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The names in a directory, sorted; hidden ones left out. */
static const char **list_names(Cx *cx, const char *directory, size_t *count)
{
    const char **names = NULL;
    size_t room = 0;
    struct dirent *e;
    DIR *d = opendir(directory);
    *count = 0;
    while (d && (e = readdir(d))) {
        if (e->d_name[0] == '.')
            continue;
        if (*count == room) {
            names =
                arena_grow(cx->arena, names, room * sizeof *names, (2 * room + 64) * sizeof *names);
            room = 2 * room + 64;
        }
        names[(*count)++] = arena_text(cx->arena, e->d_name);
    }
    if (d)
        closedir(d);
    if (*count > 0)
        qsort(names, *count, sizeof *names, by_name);
    return names;
}

static Err read_model(Cx *cx, const DmnModel **out, const char *directory, const char *name)
{
    const char *bytes;
    size_t length;
    const char *path = arena_format(cx->arena, "%s/%s", directory, name);
    TRY(read_file(cx, path, &bytes, &length));
    return dmn_read(cx, out, bytes, length, name);
}

/* The model of the test file with the other models of its directory, which it may import. */
static Err load_models(TckFile *f, const char *name)
{
    Cx *cx = f->cx;
    size_t count;
    size_t n = 0;
    const DmnModel *main = NULL;
    TRY(read_model(cx, &main, f->directory, name));
    const char **names = list_names(cx, f->directory, &count);
    const DmnModel **others = NEW_N(cx, const DmnModel *, count + 1);
    for (size_t i = 0; i < count; i++) {
        if (ends_with(names[i], ".dmn") && strcmp(names[i], name) != 0)
            TRY(read_model(cx, &others[n++], f->directory, names[i]));
    }
    return dmn_compile(cx, &f->dmn, main, others, n, NULL, 0);
}

/* ---- values --------------------------------------------------------------------------------- */

static bool is_nil(const Xml *x)
{
    const char *nil = xml_attribute_ns(x, XSI_NS, "nil");
    return nil && (strcmp(nil, "true") == 0 || strcmp(nil, "1") == 0);
}

static Value number_of(Cx *cx, const char *text)
{
    Decimal d;
    if (!decimal_parse(text, &d))
        return value_null_because(cx, "%s 不是数", "%s is no number", text);
    return value_number(d);
}

static const char *trimmed(Cx *cx, const char *text)
{
    size_t n = strlen(text);
    while (n > 0 && strchr(" \t\r\n", text[n - 1]))
        n--;
    size_t start = 0;
    while (start < n && strchr(" \t\r\n", text[start]))
        start++;
    return arena_text_n(cx->arena, text + start, n - start);
}

/* Text as a value of the XML Schema type; of the declared FEEL type where the file names none. */
static Value simple_value(Cx *cx, const Xml *x, const Type *declared)
{
    static const struct {
        const char *name;
        TypeKind kind;
    } types[] = {
        { "string", TYPE_STRING },  { "decimal", TYPE_NUMBER },     { "double", TYPE_NUMBER },
        { "integer", TYPE_NUMBER }, { "int", TYPE_NUMBER },         { "float", TYPE_NUMBER },
        { "long", TYPE_NUMBER },    { "boolean", TYPE_BOOLEAN },    { "date", TYPE_DATE },
        { "time", TYPE_TIME },      { "dateTime", TYPE_DATE_TIME }, { "duration", TYPE_DAYS },
    };
    const char *text = xml_text(cx, x);
    const char *type = xml_attribute_ns(x, XSI_NS, "type");
    TypeKind kind = declared ? declared->kind : TYPE_STRING;
    if (type) {
        const char *colon = strchr(type, ':');
        for (size_t i = 0; i < COUNT(types); i++) {
            if (strcmp(colon ? colon + 1 : type, types[i].name) == 0)
                kind = types[i].kind;
        }
    }
    if (kind != TYPE_STRING)
        text = trimmed(cx, text);
    switch (kind) {
    case TYPE_NUMBER: return number_of(cx, text);
    case TYPE_BOOLEAN: return value_boolean(strcmp(text, "true") == 0 || strcmp(text, "1") == 0);
    case TYPE_DATE: return feel_date(cx, text);
    case TYPE_TIME: return feel_time(cx, text);
    case TYPE_DATE_TIME: return feel_date_time(cx, text);
    case TYPE_DAYS:
    case TYPE_MONTHS: return feel_duration(cx, text);
    default: return value_text(text);
    }
}

static Value tck_value(Cx *cx, const Xml *holder, const Type *declared);

static Value list_of(Cx *cx, const Xml *list, const Type *declared)
{
    size_t n = 0;
    const Type *of = declared && declared->kind == TYPE_LIST ? declared->of : declared;
    XML_EACH(item, list, TCK_NS, "item")
    n++;
    Value *items = NEW_N(cx, Value, n + 1);
    n = 0;
    XML_EACH(item, list, TCK_NS, "item")
    items[n++] = tck_value(cx, item, of);
    return value_list(items, n);
}

static Value components_of(Cx *cx, const Xml *holder, const Type *declared)
{
    size_t n = 0;
    XML_EACH(component, holder, TCK_NS, "component")
    n++;
    Entry *entries = NEW_N(cx, Entry, n + 1);
    n = 0;
    XML_EACH(component, holder, TCK_NS, "component")
    {
        const char *name = text_or(xml_attribute(component, "name"), "");
        const TypeField *field = NULL;
        if (declared && declared->kind == TYPE_CONTEXT)
            field = type_field(declared, name);
        entries[n++] = (Entry){ name, tck_value(cx, component, field ? field->type : NULL) };
    }
    return value_context(cx, entries, n);
}

/* What a valueType of testCases.xsd holds; nothing at all is null. */
static Value tck_value(Cx *cx, const Xml *holder, const Type *declared)
{
    const Xml *value = xml_child(holder, TCK_NS, "value");
    const Xml *list = xml_child(holder, TCK_NS, "list");
    if (!holder || is_nil(holder) || (value && is_nil(value)) || (list && is_nil(list)))
        return value_null();
    if (value)
        return simple_value(cx, value, declared);
    if (list)
        return list_of(cx, list, declared);
    if (xml_child(holder, TCK_NS, "component"))
        return components_of(cx, holder, declared);
    return value_null();
}

/* ---- comparing ------------------------------------------------------------------------------ */

static TckMatch matches(const Value *expected, const Value *actual);

static TckMatch worse(TckMatch a, TckMatch b)
{
    return a < b ? a : b;
}

static TckMatch numbers_match(Decimal a, Decimal b)
{
    Decimal tolerance;
    if (decimal_cmp(a, b) == 0)
        return EXACT;
    if (!decimal_parse("0.00000001", &tolerance))
        return WRONG;
    return decimal_cmp(decimal_abs(decimal_sub(a, b)), tolerance) <= 0 ? CLOSE : WRONG;
}

static TckMatch lists_match(const Values *a, const Values *b)
{
    TckMatch match = a->count == b->count ? EXACT : WRONG;
    for (size_t i = 0; match != WRONG && i < a->count; i++)
        match = worse(match, matches(&a->items[i], &b->items[i]));
    return match;
}

static TckMatch contexts_match(const Context *a, const Context *b)
{
    TckMatch match = a->count == b->count ? EXACT : WRONG;
    for (size_t i = 0; match != WRONG && i < a->count; i++) {
        const Value *other = context_get(b, a->entries[i].key);
        match = other ? worse(match, matches(&a->entries[i].value, other)) : WRONG;
    }
    return match;
}

static TckMatch matches(const Value *expected, const Value *actual)
{
    if (expected->kind != actual->kind)
        return WRONG;
    switch (expected->kind) {
    case VALUE_NUMBER: return numbers_match(expected->number, actual->number);
    case VALUE_LIST: return lists_match(&expected->list, &actual->list);
    case VALUE_CONTEXT: return contexts_match(expected->context, actual->context);
    default: return value_same(expected, actual) ? EXACT : WRONG;
    }
}

/* ---- cases ---------------------------------------------------------------------------------- */

static const char *case_id(const Xml *test)
{
    return text_or(xml_attribute(test, "id"), text_or(xml_attribute(test, "name"), "?"));
}

/* A cell of the report: one line, no column signs. */
static void cell(Buf *b, const char *text)
{
    buf_add(b, "| ");
    for (const char *p = text; *p; p++)
        buf_char(b, *p == '\n' || *p == '|' ? ' ' : *p);
    buf_char(b, ' ');
}

static void report(const TckFile *f, const Xml *test, const Xml *node, const char *expected,
                   const char *actual, const char *reason)
{
    Tck *tck = f->tck;
    const char *name = node ? text_or(xml_attribute(node, "name"), "?") : "-";
    const char *cells[] = { f->path, case_id(test), name, expected, actual, reason };
    if (!tck->summary)
        printf("FAIL %s | %s | %s | expected %s | got %s | %s\n", f->path, case_id(test), name,
               expected, actual, reason);
    for (size_t i = 0; i < COUNT(cells); i++)
        cell(&tck->failures, cells[i]);
    buf_add(&tck->failures, "|\n");
}

static const DmnNode *find_input(const Dmn *dmn, const Xml *input)
{
    const char *ns = xml_attribute(input, "namespace");
    const char *name = text_or(xml_attribute(input, "name"), "");
    const DmnNode *node = dmn_find(dmn, DMN_INPUT, ns, name);
    return node ? node : dmn_find(dmn, DMN_DECISION, ns, name);
}

static void set_inputs(const TckFile *f, Run *run, DmnRun *d, const Xml *test)
{
    XML_EACH(input, test, TCK_NS, "inputNode")
    {
        const DmnNode *node = find_input(f->dmn, input);
        if (!node)
            continue;
        Value v = tck_value(run->cx, input, dmn_type(f->dmn, node));
        dmn_set(d, node, &v);
    }
}

/* A service's outputs are looked at one by one where it has several. */
static Err serve(const TckFile *f, DmnRun *d, Value *out, const Xml *test, const Xml *node)
{
    const char *service = text_or(xml_attribute(test, "invocableName"), "");
    const char *name = text_or(xml_attribute(node, "name"), "");
    const DmnNode *found = dmn_find(f->dmn, DMN_SERVICE, NULL, service);
    if (!found)
        return fail(f->cx, NOT_FOUND, NULL, "没有决策服务“%s”", "there is no service “%s”",
                    service);
    TRY(dmn_serve(d, out, found));
    const Value *part = out->kind == VALUE_CONTEXT ? context_get(out->context, name) : NULL;
    size_t outputs = 0;
    XML_EACH(output, found->xml, found->xml->ns, "outputDecision")
    outputs++;
    if (outputs > 1 && part)
        *out = *part;
    return OK;
}

/* A knowledge model on the inputs of the names of its parameters. */
static Err call(const TckFile *f, DmnRun *d, Run *run, Value *out, const Xml *test, const Xml *node)
{
    const char *name =
        text_or(xml_attribute(test, "invocableName"), text_or(xml_attribute(node, "name"), ""));
    const DmnNode *found = dmn_find(f->dmn, DMN_KNOWLEDGE, NULL, name);
    Value function = value_null();
    if (!found)
        return fail(f->cx, NOT_FOUND, NULL, "没有“%s”", "there is no “%s”", name);
    TRY(dmn_decide(d, &function, found));
    if (function.kind != VALUE_FUNCTION)
        return fail(f->cx, INVALID, NULL, "“%s”没有内容", "“%s” has no logic", name);
    const Function *fn = function.function;
    Value *arguments = NEW_N(run->cx, Value, fn->count + 1);
    for (size_t i = 0; i < fn->count; i++) {
        arguments[i] = value_null();
        XML_EACH(input, test, TCK_NS, "inputNode")
        {
            if (text_same(xml_attribute(input, "name"), fn->params[i].name))
                arguments[i] = tck_value(run->cx, input, fn->params[i].type);
        }
    }
    *out = feel_call(run, &function, arguments, fn->count);
    return OK;
}

static Err evaluate(const TckFile *f, DmnRun *d, Run *run, Value *out, const Xml *test,
                    const Xml *node)
{
    const char *type = text_or(xml_attribute(test, "type"), "decision");
    if (strcmp(type, "decisionService") == 0)
        return serve(f, d, out, test, node);
    if (strcmp(type, "bkm") == 0)
        return call(f, d, run, out, test, node);
    const char *name = text_or(xml_attribute(node, "name"), "");
    const DmnNode *found = dmn_find(f->dmn, DMN_DECISION, xml_attribute(node, "namespace"), name);
    if (!found)
        return fail(f->cx, NOT_FOUND, NULL, "没有决策“%s”", "there is no decision “%s”", name);
    return dmn_decide(d, out, found);
}

/* The cause of the first null that is found, to any depth. */
static const Cause *cause_in(const Value *v)
{
    const Cause *cause = NULL;
    if (v->kind == VALUE_NULL)
        return v->cause;
    for (size_t i = 0; !cause && v->kind == VALUE_LIST && i < v->list.count; i++)
        cause = cause_in(&v->list.items[i]);
    for (size_t i = 0; !cause && v->kind == VALUE_CONTEXT && i < v->context->count; i++)
        cause = cause_in(&v->context->entries[i].value);
    return cause;
}

static TckMatch run_node(const TckFile *f, DmnRun *d, Run *run, const Xml *test, const Xml *node)
{
    Cx *cx = run->cx;
    Value actual = value_null();
    Err e = evaluate(f, d, run, &actual, test, node);
    const char *name = text_or(xml_attribute(node, "name"), "");
    const DmnNode *decision = dmn_find(f->dmn, DMN_DECISION, NULL, name);
    const Type *type = decision ? dmn_type(f->dmn, decision) : NULL;
    Value expected = tck_value(cx, xml_child(node, TCK_NS, "expected"), type);
    TckMatch match = e == OK ? matches(&expected, &actual) : WRONG;
    if (match == EXACT || (match == CLOSE && !f->tck->exact))
        return match;
    const Cause *cause = cause_in(&actual);
    const char *reason = e != OK ? text_or(f->cx->failure.en, cx->failure.en) : "another value";
    if (e == OK && cause)
        reason = arena_format(cx->arena, "%s (%u:%u)", cause->en, cause->line, cause->column);
    report(f, test, node, value_literal(cx, &expected), value_literal(cx, &actual), reason);
    return match;
}

static TckMatch run_case(TckFile *f, Cx *cx, const Xml *test)
{
    TckMatch match = EXACT;
    if (!f->dmn) {
        report(f, test, NULL, "-", "-", f->reason);
        return WRONG;
    }
    Run run = feel_run(cx);
    DmnRun *d = dmn_begin(&run, f->dmn);
    set_inputs(f, &run, d, test);
    XML_EACH(node, test, TCK_NS, "resultNode")
    match = worse(match, run_node(f, d, &run, test, node));
    if (!xml_child(test, TCK_NS, "resultNode")) {
        report(f, test, NULL, "-", "-", "the case has no result node");
        return WRONG;
    }
    return match;
}

/* ---- the walk ------------------------------------------------------------------------------- */

static int passed(const Tck *tck, const TckTally *t)
{
    return tck->exact ? t->exact : t->passed;
}

static void add_tally(Tck *tck, const char *path, const TckTally *t)
{
    TckTally *to = strstr(path, "/non-compliant/") ? &tck->apart : &tck->all;
    to->cases += t->cases;
    to->passed += t->passed;
    to->exact += t->exact;
    if (tck->summary)
        printf("%5d %5d  %s\n", passed(tck, t), t->cases - passed(tck, t), path);
    buf_format(&tck->files, "| %s | %d | %d | %d |\n", path, t->cases, t->passed, t->exact);
}

static void run_cases(TckFile *f)
{
    const Xml *model = xml_child(f->xml, TCK_NS, "modelName");
    const char *name = model ? trimmed(f->cx, xml_text(f->cx, model)) : "";
    Arena *arena = arena_new(0);
    if (load_models(f, name) != OK) {
        f->dmn = NULL;
        f->reason = f->cx->failure.en;
    }
    XML_EACH(test, f->xml, TCK_NS, "testCase")
    {
        Cx cx = cx_make(arena);
        cx.lang = EN;
        TckMatch match = run_case(f, &cx, test);
        f->tally.cases++;
        f->tally.passed += match != WRONG;
        f->tally.exact += match == EXACT;
        arena_reset(arena);
    }
    arena_free(arena);
}

/* Files that are XML but no TCK tests are passed over; those that cannot be read are failures. */
static void run_file(Tck *tck, const char *root, const char *directory, const char *name)
{
    Arena *arena = arena_new(0);
    Cx cx = cx_make(arena);
    cx.lang = EN;
    const char *bytes;
    size_t length;
    TckFile f = { .tck = tck, .cx = &cx, .directory = directory };
    const char *path = arena_format(arena, "%s/%s", directory, name);
    f.path = path + strlen(root);
    Err e = read_file(&cx, path, &bytes, &length);
    if (e == OK)
        e = xml_parse(&cx, &f.xml, bytes, length, NULL);
    if (e != OK) {
        printf("FAIL %s | %s\n", f.path, cx.failure.en);
        f.tally.cases = 1;
    } else if (strcmp(f.xml->ns, TCK_NS) == 0 && strcmp(f.xml->name, "testCases") == 0) {
        run_cases(&f);
    }
    if (f.tally.cases > 0)
        add_tally(tck, f.path, &f.tally);
    arena_free(arena);
}

static bool walk(Tck *tck, const char *root, const char *directory, int depth)
{
    struct stat st;
    size_t count;
    if (depth > MAX_DEPTH || stat(directory, &st) != 0 || !S_ISDIR(st.st_mode))
        return false;
    Arena *arena = arena_new(0);
    Cx cx = cx_make(arena);
    const char **names = list_names(&cx, directory, &count);
    for (size_t i = 0; i < count; i++) {
        const char *path = arena_format(arena, "%s/%s", directory, names[i]);
        if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
            walk(tck, root, path, depth + 1);
        else if (ends_with(names[i], ".xml"))
            run_file(tck, root, directory, names[i]);
    }
    arena_free(arena);
    return true;
}

static void write_totals(FILE *out, const char *name, const TckTally *t)
{
    fprintf(out, "| %s | %d | %d | %d | %.2f %% | %d |\n", name, t->cases, t->passed,
            t->cases - t->passed, t->cases > 0 ? 100.0 * t->passed / t->cases : 0.0, t->exact);
}

static bool write_report(Tck *tck)
{
    FILE *out = fopen(tck->report, "w");
    if (!out)
        return false;
    fputs("# Conformance with the DMN TCK\n\nWritten by `tuijin-tck --report`. A case passes where "
          "all its result nodes do, numbers within 1e-8; the column *exact* counts those whose "
          "numbers are equal to the last digit.\n\n"
          "| | cases | passed | failed | share | exact |\n|---|---|---|---|---|---|\n",
          out);
    write_totals(out, "levels 2 and 3", &tck->all);
    write_totals(out, "non-compliant", &tck->apart);
    fputs("\n## Failures\n\n| file | case | node | expected | got | reason |\n"
          "|---|---|---|---|---|---|\n",
          out);
    fputs(buf_text(&tck->failures), out);
    fputs("\n## Files\n\n| file | cases | passed | exact |\n|---|---|---|---|\n", out);
    fputs(buf_text(&tck->files), out);
    return fclose(out) == 0;
}

static const char *read_arguments(Tck *tck, int argc, char **argv)
{
    const char *root = NULL;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--exact") == 0)
            tck->exact = true;
        else if (strcmp(argv[i], "--summary") == 0)
            tck->summary = true;
        else if (strcmp(argv[i], "--report") == 0 && i + 1 < argc)
            tck->report = argv[++i];
        else if (!root && argv[i][0] != '-')
            root = argv[i];
        else
            return NULL;
    }
    return root;
}

static int run_all(Tck *tck, const char *root)
{
    if (!walk(tck, root, root, 0)) {
        fprintf(stderr, "%s: no such directory\n", root);
        return 2;
    }
    if (tck->report && !write_report(tck)) {
        fprintf(stderr, "%s: cannot be written\n", tck->report);
        return 2;
    }
    int good = passed(tck, &tck->all);
    int apart = passed(tck, &tck->apart);
    if (tck->apart.cases > 0)
        printf("non-compliant: %d passed, %d failed\n", apart, tck->apart.cases - apart);
    printf("%d passed, %d failed\n", good, tck->all.cases - good);
    return good < tck->all.cases || good == 0;
}

int main(int argc, char **argv)
{
    Arena *arena = arena_new(0);
    Cx cx = cx_make(arena);
    Tck tck = { .cx = &cx, .files = BUF(&cx), .failures = BUF(&cx) };
    const char *root = read_arguments(&tck, argc, argv);
    int status = 2;
    if (root)
        status = run_all(&tck, root);
    else
        fputs("usage: tuijin-tck [--exact] [--summary] [--report FILE] DIR\n", stderr);
    arena_free(arena);
    return status;
}
