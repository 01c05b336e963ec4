#include "tests/test.h"

#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MOST_CASES = 4096, MOST_WORKERS = 8, SLOWEST = 10 };

typedef struct Case {
    const char *file;
    const char *name;
    int line;
    CaseBody body;
} Case;

static Case cases[MOST_CASES];
static size_t case_count;

/* What the processes of one run share. A case is taken by whoever is free: the long ones (a fault
 * sweep takes a hundred times as long as most) would make any parting by count uneven. */
typedef struct Board {
    atomic_size_t next;
    atomic_int passed, failed, skipped;
    atomic_size_t running[MOST_WORKERS]; /* 1 + its place in chosen, 0 = between two cases */
    int ms[MOST_CASES];                  /* as in chosen */
} Board;

static Case *chosen[MOST_CASES];
static Board *board;

void test_register(const char *file, int line, const char *name, CaseBody body)
{
    if (case_count == MOST_CASES)
        abort();
    cases[case_count++] = (Case){ file, name, line, body };
}

static int64_t fixed_now(void *data)
{
    return *(int64_t *)data;
}

void test_clock(Cx *cx, int64_t now)
{
    int64_t *at = NEW(cx, int64_t);
    *at = now;
    cx->clock = (Clock){ fixed_now, at };
}

void test_expect_ok(Cx *cx, Err e, const char *call, const char *file, int line)
{
    if (e == OK)
        return;
    print_error("%s failed: %s %s: %s\n", call, err_key(e), cx->failure.field, cx->failure.en);
    _fail(file, line);
}

void test_expect_fail(Cx *cx, Err e, Err code, const char *field, const char *call,
                      const char *file, int line)
{
    if (e == code && strcmp(cx->failure.field, field) == 0)
        return;
    if (e == OK)
        print_error("%s succeeded, expected %s %s\n", call, err_key(code), field);
    else
        print_error("%s gave %s \"%s\" (%s), expected %s \"%s\"\n", call, err_key(e),
                    cx->failure.field, cx->failure.en, err_key(code), field);
    _fail(file, line);
}

void test_expect_text(const char *a, const char *b, const char *file, int line)
{
    if (a && b && strcmp(a, b) == 0)
        return;
    print_error("\"%s\"\nis not\n\"%s\"\n", a ? a : "(null)", b ? b : "(null)");
    _fail(file, line);
}

const char *test_shared(Cx *cx, const char *path)
{
    const char *whole = arena_format(cx->arena, "../shared/%s", path);
    if (access(whole, R_OK) == 0)
        return whole;
    fprintf(stderr, "skipped: %s is not there\n", whole);
    board->skipped++;
    return NULL;
}

static const char *case_dir;

const char *test_dir(Cx *cx)
{
    if (!case_dir) {
        char *name = arena_text(cx->arena, "/tmp/tuijin-test-XXXXXX");
        case_dir = mkdtemp(name);
        assert_non_null(case_dir);
    }
    return case_dir;
}

const char *test_read(Cx *cx, const char *path, size_t *length)
{
    FILE *f = fopen(path, "rb");
    if (!f)
        print_error("cannot read %s\n", path);
    assert_non_null(f);
    struct stat s;
    assert_int_equal(fstat(fileno(f), &s), 0);
    char *text = arena_alloc(cx->arena, (size_t)s.st_size + 1);
    size_t n = fread(text, 1, (size_t)s.st_size, f);
    assert_int_equal(n, s.st_size);
    fclose(f);
    if (length)
        *length = n;
    return text;
}

void test_write(Cx *cx, const char *path, const char *text)
{
    (void)cx;
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fputs(text, f) >= 0, 1);
    assert_int_equal(fclose(f), 0);
}

/* cmocka hands the case over as initial state; the arena is made in the setup so that a failing
 * case, which jumps out, leaks nothing. */
static Arena *arena;
static size_t case_number;

size_t test_case(void)
{
    return case_number;
}

static int setup(void **state)
{
    (void)state;
    arena = arena_new(0);
    case_number++;
    return 0;
}

static void remove_dir(void)
{
    if (!case_dir)
        return;
    char command[256];
    snprintf(command, sizeof command, "rm -rf '%s'", case_dir);
    if (system(command) != 0)
        fprintf(stderr, "%s stays\n", case_dir);
    case_dir = NULL;
}

static int teardown(void **state)
{
    (void)state;
    remove_dir();
    arena_free(arena);
    return 0;
}

static void run_case(void **state)
{
    const Case *c = *state;
    Cx cx = cx_make(arena);
    test_clock(&cx, TEST_NOW);
    c->body(&cx);
}

/* Of CPU, so that a busy machine does not change the list. */
static int ms_since(const struct timespec *start)
{
    struct timespec end;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &end);
    return (int)((end.tv_sec - start->tv_sec) * 1000 + (end.tv_nsec - start->tv_nsec) / 1000000);
}

static void run_one(size_t i)
{
    struct timespec start;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &start);
    Case *c = chosen[i];
    struct CMUnitTest test = { c->name, run_case, setup, teardown, c };
    if (_cmocka_run_group_tests("unit", &test, 1, NULL, NULL) == 0) {
        board->passed++;
    } else {
        board->failed++;
        fprintf(stderr, "FAILED %s:%d %s\n", c->file, c->line, c->name);
    }
    board->ms[i] = ms_since(&start);
}

static void work(size_t worker, size_t count)
{
    for (size_t i; (i = board->next++) < count;) {
        board->running[worker] = i + 1;
        run_one(i);
        board->running[worker] = 0;
    }
}

static pid_t spawn(size_t worker, size_t count)
{
    fflush(NULL);
    pid_t pid = fork();
    if (pid != 0)
        return pid;
    work(worker, count);
    exit(0); /* not _exit: leaks are looked for at the end */
}

/* A worker that dies takes one case with it, which has failed; another one goes on with the rest.
 * Between two cases it can only have found a leak. */
static void bury(size_t worker, int status)
{
    if (status == 0)
        return;
    size_t at = board->running[worker];
    board->running[worker] = 0;
    board->failed++;
    fprintf(stderr, "FAILED %s: its process ended with status %d\n",
            at ? chosen[at - 1]->name : "a leak, or the end of a process", status);
}

static void work_together(size_t workers, size_t count)
{
    pid_t pids[MOST_WORKERS];
    for (size_t i = 0; i < workers; i++)
        pids[i] = spawn(i, count);
    int status;
    for (pid_t pid; (pid = wait(&status)) > 0;)
        for (size_t i = 0; i < workers; i++)
            if (pids[i] == pid) {
                bury(i, status);
                pids[i] = status != 0 && board->next < count ? spawn(i, count) : 0;
            }
}

static bool has_word(const Case *c, const char *word)
{
    return strstr(c->file, word) || strstr(c->name, word);
}

/* All of them, and none that stands behind a "!". */
static bool has_words(const Case *c, char **words)
{
    for (; *words; words++)
        if (**words == '!' ? has_word(c, *words + 1) : !has_word(c, *words))
            return false;
    return true;
}

static size_t choose(char **words)
{
    size_t count = 0;
    for (size_t i = 0; i < case_count; i++)
        if (has_words(&cases[i], words))
            chosen[count++] = &cases[i];
    return count;
}

static void print_slowest(size_t count)
{
    for (int n = 0; n < SLOWEST && count > SLOWEST; n++) {
        size_t most = 0;
        for (size_t i = 1; i < count; i++)
            if (board->ms[i] > board->ms[most])
                most = i;
        printf("slow: %d ms %s\n", board->ms[most], chosen[most]->name);
        board->ms[most] = -1;
    }
}

/* Millions of allocations: few frames are walked for each, and what is freed is kept from use for
 * 8 MB only, since fresh pages cost more than anything that is done in them. To see more of a
 * finding: ASAN_OPTIONS=malloc_context_size=30:quarantine_size_mb=256. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
    return "malloc_context_size=3:quarantine_size_mb=8:thread_local_quarantine_size_kb=64:"
           "max_malloc_fill_size=0:print_suppressions=0";
}

int main(int argc, char **argv)
{
    signal(SIGPIPE, SIG_IGN); /* as core_open does */
    cmocka_set_message_output(CM_OUTPUT_TAP);
    board = mmap(NULL, sizeof *board, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (board == MAP_FAILED)
        return 1;
    size_t count = choose(argv + (argc > 0));
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    size_t workers = cores < 1 ? 1 : cores > MOST_WORKERS ? MOST_WORKERS : (size_t)cores;
    if (workers == 1 || count == 1)
        work(0, count); /* in this process, for a debugger */
    else
        work_together(workers, count);
    print_slowest(count);
    int failed = board->failed, skipped = board->skipped;
    printf("unit: %d passed, %d failed, %d skipped\n", board->passed - skipped, failed, skipped);
    return failed != 0 || count == 0;
}
