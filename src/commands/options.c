#include "commands/command.h"

#include "base/file.h"
#include "modules/modules.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The value of an option that takes one; NULL, with a line, where it is missing. */
static const char *value(int *i, int argc, char **argv)
{
    if (*i + 1 < argc)
        return argv[++*i];
    fprintf(stderr, "tuijin: %s wants a value\n", argv[*i]);
    return NULL;
}

static bool flag(Options *o, const char *word)
{
    CoreConfig *c = &o->config;
    if (strcmp(word, "--demo") == 0)
        return c->demo = true;
    if (strcmp(word, "--secure") == 0)
        return c->secure = true;
    if (strcmp(word, "--behind-gateway") == 0)
        return c->trust_forwarded = true;
    if (strcmp(word, "--with-keys") == 0)
        return o->with_keys = true;
    return false;
}

bool options_read(Options *out, int argc, char **argv)
{
    const char *port = NULL, *workers = NULL;
    *out = (Options){ .config = { .data = "data-dir", .port = 8080, .modules = MODULES },
                      .pack = "packs/lu-2022-26" };
    const struct {
        const char *name;
        const char **to;
    } VALUES[] = {
        { "--data", &out->config.data },
        { "--store", &out->config.where },
        { "--address", &out->config.address },
        { "--pack", &out->pack },
        { "--keys", &out->keys },
        { "--port", &port },
        { "--workers", &workers },
    };
    for (int i = 1; i < argc; i++) {
        size_t k = 0;
        if (strncmp(argv[i], "--", 2) != 0) {
            out->rest = argv[i];
            continue;
        }
        if (flag(out, argv[i]))
            continue;
        while (k < COUNT(VALUES) && strcmp(VALUES[k].name, argv[i]) != 0)
            k++;
        if (k == COUNT(VALUES)) {
            fprintf(stderr, "tuijin: unknown option %s\n", argv[i]);
            return false;
        }
        if (!(*VALUES[k].to = value(&i, argc, argv)))
            return false;
    }
    out->config.port = port ? atoi(port) : out->config.port;
    out->config.workers = workers ? atoi(workers) : 0;
    return true;
}

Err options_system(Cx *cx, const Options *o)
{
    if (file_exists(arena_format(cx->arena, "%s/keys", o->config.data)))
        return OK;
    return fail(cx, NOT_FOUND, "data", "%s 中没有系统", "there is no system at %s", o->config.data);
}

int command_failed(const Cx *cx)
{
    const Failure *f = &cx->failure;
    fprintf(stderr, "tuijin: %s%s%s\n", f->field, *f->field ? ": " : "",
            cx->lang == EN ? f->en : f->zh);
    return f->code == INVALID || f->code == NOT_FOUND ? 2 : 1;
}
