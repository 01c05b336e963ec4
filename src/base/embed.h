/* Files that are built into the program. The path is seen from the project's root, where make runs.
 */
#ifndef BASE_EMBED_H
#define BASE_EMBED_H

#include <stddef.h>
#include <stdint.h>

/* Defines name[] with the bytes of a file. At file level, once a name. */
#define EMBED(name, path)                                                                          \
    __asm__(".section .rodata\n.balign 16\n.globl " #name "\n" #name ":\n.incbin \"" path "\"\n"   \
            ".globl " #name "_end\n" #name "_end:\n.previous\n");                                  \
    extern const unsigned char name[];                                                             \
    extern const unsigned char name##_end[]

#define EMBED_LENGTH(name) ((size_t)((uintptr_t)name##_end - (uintptr_t)name))

#endif
