#!/usr/bin/env python3
"""The check contract a second time, written from its text alone.

    check.py [--batch batch.json] dossier.json...

Prints what `tuijin check` prints, without `values` and `message`. It shares no code, no table and
no rule file with the program, so that a mistake would have to be made twice to go unseen.

A value is a pair (value, causes): unknown when `causes` is not empty, and then `causes` lists the
pointers of the absent facts. A truth is such a pair whose value is True or False.
"""
import json
import os
import re
import sys
from datetime import date, timedelta
from decimal import Decimal

HERE = os.path.dirname(os.path.abspath(__file__))
LIMIT = 8 * 1024 * 1024
DEPTH = 64


class Bad(Exception):
    """The input is not of the contract: where, and why."""

    def __init__(self, place, reason):
        super().__init__(f"{place}: {reason}")
        self.place, self.reason = place, reason


# ---- reading: strict JSON, then the schema ---------------------------------------------------

class Real(str):
    """A number with a point or an exponent, as written."""


def pairs_to_object(pairs):
    seen = {}
    for key, value in pairs:
        if key in seen:
            raise Bad("", f"the key {key!r} stands twice")
        seen[key] = value
    return seen


def refuse_constant(word):
    raise Bad("", f"{word} is not JSON")


DECODER = json.JSONDecoder(object_pairs_hook=pairs_to_object, parse_float=Real,
                           parse_constant=refuse_constant)


def too_deep(text):
    depth = 0
    for token in re.finditer(r'"(?:[^"\\]|\\.)*"?|[\[{]|[\]}]', text, re.S):
        first = token.group()[0]
        depth += first in "[{"
        depth -= first in "]}"
        if depth > DEPTH:
            return True
    return False


def parse(data):
    if len(data) > LIMIT:
        raise Bad("1:1", "larger than 8 MiB")
    if data.startswith(b"\xef\xbb\xbf"):
        raise Bad("1:1", "begins with a byte order mark")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Bad(f"{line}:1", "not UTF-8") from None
    if too_deep(text):
        raise Bad("1:1", "more than 64 levels deep")
    try:
        value, end = DECODER.raw_decode(text, len(text) - len(text.lstrip(" \t\r\n")))
        if text[end:].strip(" \t\r\n"):
            raise Bad("1:1", "something follows the value")
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    except json.JSONDecodeError as error:
        raise Bad(f"{error.lineno}:{error.colno}", error.msg) from None
    except UnicodeEncodeError:
        raise Bad("1:1", "half a surrogate pair") from None
    except ValueError as error:
        raise Bad("1:1", str(error)) from None
    return value


def is_number(value):
    return isinstance(value, (int, Real)) and not isinstance(value, bool)


TYPES = {
    "object": lambda v: isinstance(v, dict),
    "array": lambda v: isinstance(v, list),
    "string": lambda v: isinstance(v, str) and not isinstance(v, Real),
    "boolean": lambda v: isinstance(v, bool),
    "integer": lambda v: isinstance(v, int) and not isinstance(v, bool),
    "number": is_number,
    "null": lambda v: v is None,
}


def is_day(text):
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        return False
    try:
        return 1900 <= date.fromisoformat(text).year <= 2200
    except ValueError:
        return False


def matches(pattern, text):
    """As ECMA 262 has it: `$` is the very end, not before a last newline."""
    return re.search(pattern.replace("$", r"\Z"), text) is not None


def validate(value, schema, at):
    if "oneOf" in schema:
        return validate_one(value, schema["oneOf"], at)
    if "type" in schema:
        types = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
        if not any(TYPES[name](value) for name in types):
            raise Bad(at, "not of type " + " or ".join(types))
    if "enum" in schema and (isinstance(value, (bool, Real)) or value not in schema["enum"]):
        raise Bad(at, "not one of the listed values")
    if isinstance(value, dict):
        validate_object(value, schema, at)
    elif isinstance(value, list):
        for i, item in enumerate(value):
            validate(item, schema.get("items", {}), f"{at}/{i}")
    elif is_number(value):
        exact = float(value) if isinstance(value, Real) else value
        if not schema.get("minimum", exact) <= exact <= schema.get("maximum", exact):
            raise Bad(at, "out of range")
    elif isinstance(value, str):
        validate_text(value, schema, at)


def validate_one(value, choices, at):
    reasons = []
    for choice in choices:
        try:
            return validate(value, choice, at)
        except Bad as bad:
            reasons.append(bad.reason)
    raise Bad(at, "; ".join(reasons))


def validate_object(value, schema, at):
    for key in schema.get("required", []):
        if key not in value:
            raise Bad(f"{at}/{key}", "is required")
    known = schema.get("properties", {})
    for key, item in value.items():
        place = at + "/" + key.replace("~", "~0").replace("/", "~1")
        if "propertyNames" in schema and not matches(schema["propertyNames"]["pattern"], key):
            raise Bad(place, "such a key is not allowed")
        rest = schema.get("additionalProperties", {})
        if key not in known and rest is False:
            raise Bad(place, "unknown key")
        validate(item, known.get(key, rest), place)


def validate_text(value, schema, at):
    if len(value) < schema.get("minLength", 0):
        raise Bad(at, "too short")
    if len(value) > schema.get("maxLength", len(value)):
        raise Bad(at, "too long")
    if "pattern" in schema and not matches(schema["pattern"], value):
        raise Bad(at, "not of the form " + schema["pattern"])
    if schema.get("format") == "date" and not is_day(value):
        raise Bad(at, "not a day from 1900 to 2200")


def amount_of(value):
    """万元, exactly; None where a number needs more than six decimals."""
    if isinstance(value, Real):
        value = repr(float(value))
    exact = Decimal(value)
    return exact if exact == round(exact, 6) else None


def validate_amounts(value, at, key=""):
    if isinstance(value, dict):
        for name, item in value.items():
            validate_amounts(item, f"{at}/{name}", name)
    elif isinstance(value, list):
        for i, item in enumerate(value):
            validate_amounts(item, f"{at}/{i}")
    elif key in ("amount", "income") and value is not None and amount_of(value) is None:
        raise Bad(at, "more than six decimals")


def validate_unique(items, key, at):
    seen = set()
    for i, item in enumerate(items or []):
        if item[key] in seen:
            raise Bad(f"{at}/{i}/{key}", "stands twice")
        seen.add(item[key])


def schema_load(name):
    with open(os.path.join(HERE, name + ".schema.json"), encoding="utf-8") as file:
        return json.load(file)


SCHEMAS = {"dossier": schema_load("dossier"), "batch": schema_load("batch")}


def read(data, kind):
    value = parse(data)
    validate(value, SCHEMAS[kind], "")
    if kind == "dossier":
        validate_amounts(value.get("plan"), "/plan")
        validate_amounts(value.get("funds"), "/funds")
        validate_unique(value.get("villages"), "code", "/villages")
        validate_unique(value.get("industries"), "name", "/industries")
        validate_unique((value.get("plan") or {}).get("projects"), "id", "/plan/projects")
    return value


# ---- three values ----------------------------------------------------------------------------

def known(value):
    return value, ()


def unknown(*causes):
    return None, causes


def merge(parts):
    return tuple(dict.fromkeys(cause for _, causes in parts for cause in causes))


def every(truths):
    truths = list(truths)
    if any(value is False for value, _ in truths):
        return known(False)
    return None if merge(truths) else True, merge(truths)


def some(truths):
    truths = list(truths)
    if any(value is True for value, _ in truths):
        return known(True)
    return None if merge(truths) else False, merge(truths)


def apply(test, *parts):
    """test() over known values; unknown with the causes of all where one is unknown."""
    causes = merge(parts)
    return (None, causes) if causes else known(test(*[value for value, _ in parts]))


def when(condition, then):
    """The condition alone decides whether `then` is asked; unknown stays unknown."""
    value, causes = condition
    if causes:
        return None, causes
    return then() if value else known(True)


def get(root, *path, at=""):
    """The value at a path, or unknown with the pointer of the outermost absent value."""
    for key in path:
        at = f"{at}/{key}"
        root = root.get(key) if isinstance(root, dict) else root[key]
        if root is None:
            return unknown(at)
    return known(root)


def is_true(part):
    return apply(lambda v: v, part)


def is_known(part):
    return apply(lambda v: True, part)


def non_empty(part):
    return apply(lambda v: v != "", part)


def holds(part, *wanted):
    return apply(lambda v: all(item in v for item in wanted), part)


def day(part):
    return apply(date.fromisoformat, part)


def two_years_on(start):
    try:
        return start.replace(year=start.year + 2)
    except ValueError:
        return date(start.year + 2, 3, 1)


# ---- the rules -------------------------------------------------------------------------------

INDUSTRY = "industry"
AREAS = (INDUSTRY, "construction", "governance", "talent", "jobs", "consolidation")
BLENDED = ("award_for_subsidy", "loan_interest", "bought_service", "work_for_relief")
UPPER, LOWER = ("central", "province"), ("city", "county")
TIERS = {"east": 2000, "middle": 2500, "west": 3000}


class Zone:
    """One dossier beside its batch, with the sums and lists that the rules speak of."""

    def __init__(self, dossier, batch):
        self.dossier, self.batch = dossier, batch
        self.county = dossier["county"]
        self.city = self.county[:4]
        self.villages = self.get("villages")
        self.projects = self.get("plan", "projects")
        self.kind = apply(self.kind_among, self.table("key_counties"))

    def get(self, *path):
        return get(self.dossier, *path)

    def table(self, name):
        return get(self.batch, name, at="batch:")

    def kind_among(self, keys):
        if self.county in keys:
            return "key"
        return "closed" if any(key[:4] == self.city for key in keys) else "open"

    def among(self, *kinds):
        return apply(lambda kind: kind in kinds, self.kind)

    def each(self, *path):
        """The items of a list as (their path, item)."""
        value, causes = self.get(*path)
        return ([path + (i,) for i in range(len(value))], ()) if not causes else (None, causes)

    def every_of(self, path, test):
        items, causes = self.each(*path)
        return (None, causes) if causes else every(test(item) for item in items)

    def some_of(self, path, test):
        items, causes = self.each(*path)
        return (None, causes) if causes else some(test(item) for item in items)

    def every_project(self, test):
        return self.every_of(("plan", "projects"), test)

    def amount(self, *path):
        return apply(amount_of, self.get(*path, "amount"))

    def total(self, kind):
        items, causes = self.each("funds", kind)
        if causes:
            return None, causes
        return apply(lambda *amounts: sum(amounts, Decimal(0)),
                     *[self.amount(*item) for item in items])

    def part(self, levels):
        """The transitional funds of some levels; a line of unknown level leaves it unknown."""
        items, causes = self.each("funds", "transitional")
        if causes:
            return None, causes
        parts = []
        for item in items:
            level, causes = self.get(*item, "level")
            if causes:
                parts.append((None, causes))
            elif level in levels:
                parts.append(self.amount(*item))
        return apply(lambda *amounts: sum(amounts, Decimal(0)), *parts)

    def tier(self):
        table, causes = self.table("region_class")
        if causes:
            return None, causes
        name = table.get(self.county) or table.get(self.city)
        return known(TIERS[name]) if name else unknown(f"batch:/region_class/{self.city}")

    def area_is(self, item, area):
        return apply(lambda v: v == area, self.get(*item, "area"))

    def no_rival(self, digits):
        def none(recommended):
            here = (self.dossier["zone"], self.county)
            return not any(entry["county"][:digits] == self.county[:digits]
                           and (entry["zone"], entry["county"]) != here for entry in recommended)
        return apply(none, self.table("recommended"))


def q4_applies(z):
    return when_applies(z.among("open"), lambda: apply(
        lambda counties: any(c[:4] == z.city for c in counties),
        z.table("yellow_river_counties")))


def when_applies(first, then):
    value, causes = first
    return then() if value and not causes else first


def q5(z):
    return apply(lambda villages, areas: not any(village["code"] in area["villages"]
                                                 for village in villages for area in areas),
                 z.villages, z.table("arranged_areas"))


def f6(z):
    table = z.table("forbidden_uses")

    def fund(project, item):
        uses, source = z.get(*project, "uses"), z.get(*item, "source")
        return apply(lambda u, t, s: not any(use in t.get(s, []) for use in u), uses, table, source)

    def project(item):
        return z.every_of(item + ("funds",), lambda one: fund(item, one))

    return every([z.every_project(project), apply(lambda t: True, table)])


def s1(z):
    return z.every_project(lambda p: when(is_true(z.get(*p, "needs_land")),
                                          lambda: non_empty(z.get(*p, "land_quota"))))


def p1(z):
    return apply(lambda end, start: end + timedelta(days=1) == two_years_on(start),
                 day(z.get("plan", "end")), day(z.get("plan", "start")))


def p2(z):
    def paid(fund):
        return every([is_known(z.get(*fund, "source")),
                      apply(lambda v: v > 0, z.amount(*fund))])

    def project(p):
        start, end = day(z.get("plan", "start")), day(z.get("plan", "end"))
        deadline = day(z.get(*p, "deadline"))
        return every([non_empty(z.get(*p, "content")), non_empty(z.get(*p, "department")),
                      z.some_of(p + ("funds",), paid),
                      apply(lambda a, b: a <= b, start, deadline),
                      apply(lambda a, b: a <= b, deadline, end)])

    return z.every_project(project)


def p3(z):
    return every([is_true(z.get("plan", "meeting", "approved")),
                  is_known(z.get("plan", "meeting", "date")),
                  apply(lambda v: v == "county_government", z.get("plan", "reported_by")),
                  holds(z.get("plan", "reported_to"), "city_rural", "city_finance")])


def p4(z):
    return every(z.some_of(("plan", "projects"), lambda p, area=area: z.area_is(p, area))
                 for area in AREAS)


def p5(z):
    def linked(p):
        return every([non_empty(z.get(*p, "benefit", "mode")),
                      apply(lambda v: v >= 1, z.get(*p, "benefit", "households")),
                      is_known(z.get(*p, "benefit", "poverty_households"))])

    return z.every_project(lambda p: when(z.area_is(p, INDUSTRY), lambda: linked(p)))


def p6(z):
    def project(p):
        dividend, area = z.get(*p, "dividend_only"), z.get(*p, "area")
        if not dividend[1]:
            return known(not dividend[0])
        if area[1]:
            return None, merge([dividend, area])
        return (None, dividend[1]) if area[0] == INDUSTRY else known(True)

    return z.every_project(project)


def p7(z):
    def serves(p):
        wanted, causes = z.get(*p, "serves")
        if causes:
            return None, causes
        for other in z.each("plan", "projects")[0]:
            if other != p and z.get(*other, "id")[0] == wanted:
                return z.area_is(other, INDUSTRY)
        return known(False)

    def by_kind(p):
        kind, causes = z.get(*p, "kind")
        if causes:
            return None, causes
        if kind == "infrastructure":
            return serves(p)
        if kind in ("processing", "cold_storage"):
            return is_true(z.get(*p, "local_produce"))
        return known(True)

    return z.every_project(lambda p: when(z.area_is(p, INDUSTRY), lambda: by_kind(p)))


def p9(z):
    def lies_here(place, villages):
        return any(place in (village["code"], village["code"][:9]) for village in villages)

    def answers(p):
        return every([is_known(z.get(*p, "gap", "item")),
                      apply(lies_here, z.get(*p, "gap", "village"), z.villages)])

    return z.every_project(lambda p: when(z.area_is(p, "construction"), lambda: answers(p)))


def at_least_one(part):
    return apply(lambda v: v >= 1, part)


def all_zones(z):
    return known(True)


def not_key(z):
    return z.among("open", "closed")


RULES = [  # id, clause, modality, applies to, met when
    ("Q1", "一.3", "must", lambda z: z.among("key"), lambda z: z.no_rival(6)),
    ("Q2", "一.3", "must", lambda z: z.among("open"), lambda z: z.no_rival(4)),
    ("Q3", "一.3", "must", all_zones, lambda z: z.among("key", "open")),
    ("Q4", "一.3", "priority", q4_applies,
     lambda z: apply(lambda c: z.county in c, z.table("yellow_river_counties"))),
    ("Q5", "一.3", "must", all_zones, q5),
    ("Q6", "四.1", "priority", all_zones, lambda z: apply(
        lambda stationed, villages: stationed * 2 >= len(villages),
        z.get("organisation", "stationed_villages"), z.villages)),
    ("F1", "一.3", "must", lambda z: z.among("key"),
     lambda z: apply(lambda u: u == 5000, z.part(UPPER))),
    ("F2", "一.3", "must", not_key,
     lambda z: apply(lambda t: t >= 4000, z.total("transitional"))),
    ("F3", "一.3", "must", not_key,
     lambda z: apply(lambda u, tier: u == tier, z.part(UPPER), z.tier())),
    ("F4", "一.3", "must", not_key,
     lambda z: apply(lambda l, tier: l >= 4000 - tier, z.part(LOWER), z.tier())),
    ("F5", "三.4", "must", all_zones,
     lambda z: apply(lambda i, t: 2 * i >= t, z.total("integrated"), z.total("transitional"))),
    ("F6", "三.4", "must", all_zones, f6),
    ("F7", "一.2.d", "encourage", all_zones,
     lambda z: apply(lambda s: s > 0, z.total("social"))),
    ("V1", "三.0", "principle", all_zones, lambda z: apply(lambda v: len(v) >= 10, z.villages)),
    ("V2", "三.2", "must", all_zones, lambda z: z.every_of(("villages",), lambda v: apply(
        lambda kind: kind in ("cluster", "feature"), z.get(*v, "type")))),
    ("V3", "三.2", "must", all_zones,
     lambda z: z.every_of(("villages",), lambda v: is_true(z.get(*v, "plan")))),
    ("V4", "一.2.b", "must", all_zones, lambda z: is_true(z.get("contiguous"))),
    ("V5", "三.2", "must", all_zones, lambda z: every(
        non_empty(z.get("plan", key)) for key in ("positioning", "sustainability"))),
    ("I1", "三.1", "must", all_zones,
     lambda z: apply(lambda v: len(v) in (1, 2), z.get("industries"))),
    ("I2", "三.1", "must", all_zones, lambda z: z.every_of(("industries",), lambda i: every(
        is_true(z.get(*i, key))
        for key in ("in_county_plan", "chain_extendable", "market_prospect")))),
    ("I3", "三.1", "encourage", all_zones,
     lambda z: apply(lambda v: len(v) >= 1, z.get("joined_with"))),
    ("W1", "三.3", "must", all_zones, lambda z: every(
        is_known(z.get("organisation", key))
        for key in ("party_studied_on", "government_studied_on"))),
    ("W2", "三.3", "must", all_zones, lambda z: every([
        is_true(z.get("organisation", "leader_in_charge")),
        is_true(z.get("organisation", "task_force")),
        holds(z.get("organisation", "lead_organs"), "rural", "finance")])),
    ("W3", "四.3", "must", all_zones, lambda z: apply(lambda v: len(v) >= 1, z.projects)),
    ("S1", "三.4", "must", all_zones, s1),
    ("P1", "四.3", "principle", all_zones, p1),
    ("P2", "四.3", "must", all_zones, p2),
    ("P3", "四.3", "must", all_zones, p3),
    ("P4", "二.0", "must", all_zones, p4),
    ("P5", "二.1", "must", all_zones, p5),
    ("P6", "二.1", "principle", all_zones, p6),
    ("P7", "二.1", "must", all_zones, p7),
    ("P8", "二.1", "encourage", all_zones, lambda z: z.some_of(
        ("plan", "projects"), lambda p: apply(lambda v: v in BLENDED, z.get(*p, "mode")))),
    ("P9", "二.2", "must", all_zones, p9),
    ("P11", "一.2.e", "must", all_zones, lambda z: some([
        at_least_one(z.get("opinions", "meetings")), at_least_one(z.get("opinions", "surveyed"))])),
]

WHITE = "\t\n\v\f\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" \
    + "".join(map(chr, range(0x2000, 0x200b)))  # Unicode's White_Space


def judge(zone, applies, met):
    applicable, causes = applies(zone)
    if causes:
        return "undetermined", list(causes)
    if not applicable:
        return "not_applicable", []
    value, causes = met(zone)
    if causes:
        return "undetermined", list(causes)
    return ("met" if value else "not_met"), []


def check(dossier, batch):
    zone = Zone(dossier, batch)
    reasons = dossier.get("exceptions") or {}
    answer = {"zone": dossier["zone"], "submittable": True, "blocking": [],
              "needs_exception": [], "results": []}
    for rule, clause, modality, applies, met in RULES:
        status, missing = judge(zone, applies, met)
        answer["results"].append({"rule": rule, "clause": clause, "modality": modality,
                                  "status": status, "missing": missing})
        if modality == "principle" and status == "not_met":
            answer["needs_exception"].append(rule)
        excused = modality == "principle" and status == "not_met" \
            and reasons.get(rule, "").strip(WHITE) != ""
        if modality in ("must", "principle") and status in ("not_met", "undetermined") \
                and not excused:
            answer["blocking"].append(rule)
    answer["submittable"] = not answer["blocking"]
    return answer


def load(path, kind):
    if path == "-":
        return read(sys.stdin.buffer.read(), kind)
    try:
        with open(path, "rb") as file:
            return read(file.read(), kind)
    except OSError as error:
        raise Bad("", error.strerror) from None


def main(arguments):
    batch, worst = {}, 0
    if arguments[:1] == ["--batch"] and len(arguments) > 1:
        try:
            batch = load(arguments[1], "batch")
        except Bad as bad:
            print(f"{arguments[1]}: {bad}", file=sys.stderr)
            return 2
        arguments = arguments[2:]
    for path in arguments:
        try:
            answer = check(load(path, "dossier"), batch)
            print(json.dumps(answer, ensure_ascii=False, separators=(",", ":")))
            worst = max(worst, 0 if answer["submittable"] else 1)
        except Bad as bad:
            print(f"{path}: {bad}", file=sys.stderr)
            worst = 2
    return worst


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
