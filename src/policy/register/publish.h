/* What a register's declaration says of publishing its rows (registers.md § 0), and the proof that
 * nothing personal gets out by it:
 *
 *     "actors": { …, "publish": ["t.gov.k"] },
 *     "publish": [ { "profile": "Z1", "fields": ["kind"] },
 *                  { "profile": "Z2", "person": "holder", "fields": ["kind", "amount"], "days": 5,
 *                    "most": 30, "zh": "上岗人员", "en": "Post holders" } ]
 *
 * Columns are plain fields only. A person's name is declared apart, as it is cut to 王** on the web
 * and stands in full on the village's board alone; an identity number (Z3) is cut before it is
 * written down. What is sensitive (health, income, poverty) is in no profile, on no board.
 */
#ifndef POLICY_REGISTER_PUBLISH_H
#define POLICY_REGISTER_PUBLISH_H

#include "policy/register/declared.h"

/* A way in which rows may be shown to everybody. */
typedef struct Publish {
    const char *profile; /* a key of PUBLISH_PROFILES; NULL ends the list */
    const char *zh;      /* of the list: 上岗人员 */
    const char *en;
    const char *const *fields; /* its columns, ends with NULL; of Z1 the one it counts by */
    const char *person;        /* the name: 王** on the web, in full on the board; NULL = none */
    const char *identity;      /* an identity number, its middle as stars; NULL = none */
    int64_t days;              /* calendar days at least, the first day not counted */
    int64_t most;              /* and at most; 0 = any */
} Publish;
extern const Option PUBLISH_PROFILES[];

/* Of the file, once its fields are read. */
void publish_read(Cx *cx, Findings *findings, const char *file, const Json *json, Register *r);
/* Once all are read: no column that one publishes is what a person is called. */
void publish_prove_links(Cx *cx, Findings *findings, const Pack *pack);
/* Whether a row of the noun is called by nobody's name; r: the register, NULL = no pack's. */
bool publish_calls_plainly(const char *noun, const Register *r);
/* Personal: what is public says neither its value nor that rows were chosen by it. */
bool publish_is_personal(const Field *f);
/* NULL where rows may not be shown so. */
const Publish *publish_find(const Register *r, const char *profile);

#endif
