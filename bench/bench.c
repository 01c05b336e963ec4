#include "bench/bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { ROUNDS = 15 };

static const double ROUND_S = 0.03;

void must(const Cx *cx, Err e, const char *what)
{
    if (e == OK)
        return;
    fprintf(stderr, "bench: %s: %s\n", what, cx->failure.en);
    exit(1);
}

static double seconds_of(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

double seconds(void)
{
    return seconds_of(CLOCK_MONOTONIC);
}

static double round_of(void (*work)(void *data), void *data, long count)
{
    double start = seconds_of(CLOCK_THREAD_CPUTIME_ID);
    for (long i = 0; i < count; i++)
        work(data);
    return seconds_of(CLOCK_THREAD_CPUTIME_ID) - start;
}

double cost(void (*work)(void *data), void *data)
{
    long count = 1;
    double best = round_of(work, data, count);
    while (best < ROUND_S) {
        count *= 2;
        best = round_of(work, data, count);
    }
    for (int i = 1; i < ROUNDS; i++) {
        double one = round_of(work, data, count);
        best = one < best ? one : best;
    }
    return best / (double)count * 1e9;
}

void figure(const char *name, double value)
{
    printf("%s\t%.9g\n", name, value);
    fflush(stdout);
}

void figure_text(const char *name, const char *value)
{
    printf("%s\t%s\n", name, value);
    fflush(stdout);
}
