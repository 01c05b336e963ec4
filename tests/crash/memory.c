/* Before a program by LD_PRELOAD: the allocation that a file counts down to fails, once. The file
 * named by TUIJIN_MEMORY holds a 64-bit count, 0 = none fails, so that whoever tests can set it
 * between two requests and sees whether it was reached. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *old, size_t size);

static atomic_llong *left;

__attribute__((constructor)) static void map(void)
{
    const char *path = getenv("TUIJIN_MEMORY");
    int fd = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
    void *at =
        fd < 0 ? MAP_FAILED : mmap(NULL, sizeof *left, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (fd >= 0)
        close(fd);
    left = at == MAP_FAILED ? NULL : at;
}

static int fails(void)
{
    long long n = left ? atomic_load(left) : 0;
    while (n > 0 && !atomic_compare_exchange_weak(left, &n, n - 1)) {
    }
    if (n == 1)
        errno = ENOMEM;
    return n == 1;
}

void *malloc(size_t size)
{
    return fails() ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    return fails() ? NULL : __libc_calloc(count, size);
}

void *realloc(void *old, size_t size)
{
    return fails() ? NULL : __libc_realloc(old, size);
}
