/* Masking: what would tell an expert whose dossier he reads is replaced by chips that keep a text
 * readable, ⟦村 甲⟧, ⟦单位 A⟧. A thing has one chip however it is spelled.
 *
 * Spellings are compared as people read them: without regard to width, case, blanks, hyphens, dots
 * and quotation marks inside, traditional characters as simplified ones, 三 as 3. The longest
 * spelling wins. Patterns (document numbers, phones, identity and division numbers, addresses,
 * positions) are masked without being known.
 *
 * It errs on the side of hiding: a village called 交通村 hides the word 交通 too. It cannot hide
 * what it does not know: docs/blind.md says what that is.
 */
#ifndef MODULES_REVIEW_BLIND_H
#define MODULES_REVIEW_BLIND_H

#include "base/json.h"

typedef enum BlindKind {
    BLIND_ZONE,   /* 本推进区 */
    BLIND_COUNTY, /* 本县 */
    BLIND_CITY,   /* 本市 */
    BLIND_CITIES, /* another one: 市 甲 */
    BLIND_COUNTIES,
    BLIND_TOWNSHIP,
    BLIND_VILLAGE,
    BLIND_ORGAN, /* 单位 A */
    BLIND_PERSON,
    BLIND_FILE,
    BLIND_CODE, /* the rest have no name of their own */
    BLIND_DOCUMENT,
    BLIND_PHONE,
    BLIND_IDENTITY,
    BLIND_ADDRESS,
    BLIND_POSITION,
    BLIND_HIDDEN,
} BlindKind;

typedef struct Blind Blind;
typedef struct BlindThing BlindThing;

/* province: the two digits that its divisions' codes begin with. */
Blind *blind_new(Cx *cx, const char *province);
/* A thing that texts may name; its letter or number is given when it first appears. */
BlindThing *blind_thing(Cx *cx, Blind *b, BlindKind kind);
/* The thing of one of the kinds without a name. */
BlindThing *blind_common(Blind *b, BlindKind kind);
/* How it may be written. Nothing where fewer than two letters or digits are left of it, and where
 * another thing is written so already. */
void blind_spell(Cx *cx, Blind *b, BlindThing *thing, const char *spelling);
/* The same of digits that stand alone only: the four of a city are also a common figure. */
void blind_spell_alone(Cx *cx, Blind *b, BlindThing *thing, const char *digits);
/* The thing of exactly this spelling; NULL = none. */
BlindThing *blind_find(Cx *cx, const Blind *b, const char *spelling);

/* "⟦村 甲⟧". */
const char *blind_chip(Cx *cx, Blind *b, BlindThing *thing);
/* The text with chips; brackets of the text itself that could pass for a chip become 〔〕. */
const char *blind_text(Cx *cx, Blind *b, const char *text);
/* True where blind_text would hide something that is known by its spelling: *what is it. */
bool blind_names(Cx *cx, Blind *b, const char **what, const char *text);
/* Whether bytes of a file hold a known spelling of at least three characters as UTF-8 or UTF-16;
 * what is packed or drawn in it stays unseen. */
bool blind_file_names(Cx *cx, const Blind *b, const char **what, const char *bytes, size_t length);
/* "chips": [{ chip, kind }], of those that were used, in the order of their appearance. */
void blind_put_chips(JsonOut *o, const Blind *b);

#endif
