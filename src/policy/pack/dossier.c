#include "policy/pack/dossier.h"

enum { COUNT_MAX = 999999999 };

/* The inside of a row: { TEXT("name") }. */
#define TEXT(k)          .key = k, .type = FIELD_TEXT
#define BOOL(k)          .key = k, .type = FIELD_BOOL
#define DATE(k)          .key = k, .type = FIELD_DATE
#define ENUM(k)          .key = k, .type = FIELD_ENUM
#define WORDS(k)         .key = k, .type = FIELD_LIST
#define AMOUNT(k)        .key = k, .type = FIELD_MONEY, .unit = "万元"
#define NUMBER(k, u)     .key = k, .type = FIELD_INT, .unit = u, .max = COUNT_MAX
#define OBJECT(k, parts) .key = k, .type = FIELD_OBJECT, .fields = parts
#define LIST(k, parts)   .key = k, .type = FIELD_LIST, .fields = parts
#define CODES(k, digits) .key = k, .type = FIELD_LIST, .pattern = digits
#define NEEDED           .flags = FIELD_REQUIRED
#define IDENTITY         .flags = FIELD_REQUIRED | FIELD_KEY

static const Field VILLAGE[] = { { TEXT("code"), IDENTITY, .pattern = "digits:12" },
                                 { TEXT("name") },
                                 { ENUM("type") },
                                 { BOOL("plan") },
                                 FIELDS_END };

static const Field INDUSTRY[] = { { TEXT("name"), IDENTITY, .min = 1 },
                                  { BOOL("in_county_plan") },
                                  { BOOL("chain_extendable") },
                                  { BOOL("market_prospect") },
                                  FIELDS_END };

static const Field ORGANISATION[] = { { DATE("party_studied_on") },
                                      { DATE("government_studied_on") },
                                      { BOOL("leader_in_charge") },
                                      { BOOL("task_force") },
                                      { WORDS("lead_organs") },
                                      { NUMBER("stationed_villages", "个") },
                                      FIELDS_END };

static const Field MEETING[] = { { DATE("date") }, { BOOL("approved") }, FIELDS_END };

static const Field PROJECT_FUND[] = {
    { ENUM("source") }, { ENUM("level") }, { AMOUNT("amount") }, FIELDS_END
};

static const Field BENEFIT[] = { { TEXT("mode") },
                                 { NUMBER("households", "户") },
                                 { NUMBER("poverty_households", "户") },
                                 { AMOUNT("income") },
                                 FIELDS_END };

static const Field GAP[] = { { TEXT("village"), .pattern = "digits:9|12" },
                             { ENUM("item") },
                             FIELDS_END };

static const Field PROJECT[] = { { TEXT("id"), IDENTITY, .min = 1 },
                                 { TEXT("name") },
                                 { TEXT("content") },
                                 { ENUM("area") },
                                 { ENUM("kind") },
                                 { TEXT("department") },
                                 { DATE("deadline") },
                                 { ENUM("mode") },
                                 { BOOL("needs_land") },
                                 { TEXT("land_quota") },
                                 { LIST("funds", PROJECT_FUND) },
                                 { WORDS("uses") },
                                 { OBJECT("benefit", BENEFIT) },
                                 { BOOL("dividend_only") },
                                 { TEXT("serves") },
                                 { BOOL("local_produce") },
                                 { OBJECT("gap", GAP) },
                                 FIELDS_END };

static const Field PLAN[] = { { DATE("start") },
                              { DATE("end") },
                              { TEXT("positioning") },
                              { TEXT("sustainability") },
                              { ENUM("reported_by") },
                              { WORDS("reported_to") },
                              { OBJECT("meeting", MEETING) },
                              { LIST("projects", PROJECT) },
                              FIELDS_END };

static const Field FUND_LINE[] = { { ENUM("level") },
                                   { TEXT("document") },
                                   { TEXT("department") },
                                   { AMOUNT("amount"), .flags = FIELD_PRESENT },
                                   FIELDS_END };

static const Field FUNDS[] = { { LIST("transitional", FUND_LINE) },
                               { LIST("integrated", FUND_LINE) },
                               { LIST("collaboration", FUND_LINE) },
                               { LIST("social", FUND_LINE) },
                               FIELDS_END };

static const Field OPINIONS[] = { { NUMBER("meetings", "次") },
                                  { NUMBER("surveyed", "人") },
                                  FIELDS_END };

const Field DOSSIER_FIELDS[] = { { TEXT("zone"), NEEDED, .min = 1, .max = 120 },
                                 { TEXT("county"), NEEDED, .pattern = "digits:6" },
                                 { LIST("villages", VILLAGE) },
                                 { BOOL("contiguous") },
                                 { LIST("industries", INDUSTRY) },
                                 { WORDS("joined_with") },
                                 { OBJECT("organisation", ORGANISATION) },
                                 { OBJECT("plan", PLAN) },
                                 { OBJECT("funds", FUNDS) },
                                 { OBJECT("opinions", OPINIONS) },
                                 { .key = "exceptions", .type = FIELD_OBJECT },
                                 FIELDS_END };

static const Field ARRANGED[] = { { ENUM("programme"), NEEDED },
                                  { CODES("villages", "digits:12"), NEEDED },
                                  FIELDS_END };

static const Field RECOMMENDED[] = { { TEXT("zone"), NEEDED },
                                     { TEXT("county"), NEEDED, .pattern = "digits:6" },
                                     FIELDS_END };

static const Field FORBIDDEN_USE[] = { { WORDS("transitional"), .flags = FIELD_NOT_NULL },
                                       { WORDS("integrated"), .flags = FIELD_NOT_NULL },
                                       { WORDS("collaboration"), .flags = FIELD_NOT_NULL },
                                       { WORDS("social"), .flags = FIELD_NOT_NULL },
                                       { WORDS("other"), .flags = FIELD_NOT_NULL },
                                       FIELDS_END };

const Field BATCH_FIELDS[] = {
    { CODES("key_counties", "digits:6") },
    { CODES("yellow_river_counties", "digits:6") },
    { .key = "region_class", .type = FIELD_OBJECT, .pattern = "digits:4|6" },
    { LIST("arranged_areas", ARRANGED) },
    { LIST("recommended", RECOMMENDED) },
    { OBJECT("forbidden_uses", FORBIDDEN_USE) },
    FIELDS_END
};
