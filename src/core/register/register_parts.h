/* The inside of a register's rows, for the files that act on them. */
#ifndef CORE_REGISTER_REGISTER_PARTS_H
#define CORE_REGISTER_REGISTER_PARTS_H

#include "core/register/register.h"

const char **register_text_at(const Register *r, void *row, const char *key);
int64_t *register_int_at(const Register *r, void *row, const char *key);
/* In the acting user's territory. */
Err register_prove_place(Cx *cx, const Register *r, const void *row);
/* What is asked before it goes on: whole, beside the others of its key, and right. */
Err register_prove_onward(Cx *cx, const Register *r, void *row);
/* A dated row is known from now on. */
Err register_become_known(Cx *cx, const Register *r, int64_t id, const void *row);

#endif
