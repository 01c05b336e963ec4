#!/usr/bin/env python3
"""Seeded dossiers, batches and hostile inputs for the two implementations of check.

    generate.py SEED COUNT DIRECTORY     writes batch-N.json, zone-N.json and bad-*.json

Most dossiers are good zones changed in up to six places; which value may stand where is taken from
the JSON Schemas alone, so that no field is forgotten.
"""
import copy
import json
import os
import random
import sys
from decimal import Decimal

import check

FEN = Decimal("0.000001")
KEYS = ["371522", "371721"]
COUNTIES = ["371522", "370124", "370683", "371721", "371502", "371725", "370112", "370402",
            "371302", "370602", "370181", "371102"]
AREAS = check.AREAS
WORDS = ["食用菌", "苹果", "样例", "a", "", " ", "　", "\\\"/~1", "😀", "行政村 甲"]
DAYS = ["2023-01-01", "2024-02-29", "2023-02-28", "2024-12-31", "2026-02-28", "2024-01-31",
        "1900-01-01", "2200-12-31", "2000-02-29", "2025-01-01"]
USES = ["production", "vehicles", "bonuses", "office_building"]


# ---- good ones -------------------------------------------------------------------------------

def money(r, value):
    """One of the ways in which the contract lets the same amount be written."""
    text = f"{value:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    ways = [text, text, float(text), "0" + text]
    if value == value.to_integral():
        ways += [int(value), text + ".00", text + ".000000"]
    return r.choice(ways)


def beside(r, threshold):
    return max(Decimal(0), Decimal(threshold) + r.choice([0, 0, 0, 0, 0, FEN, -FEN, 100, -100]))


def split(r, total, levels):
    """The total over one to three lines."""
    lines, left = [], total
    for _ in range(r.randrange(3)):
        share = min(left, Decimal(r.randrange(0, 300_000_000)) * FEN * r.choice([1, 10]))
        lines.append(share)
        left -= share
    lines.append(left)
    return [{"level": r.choice(levels), "document": "样例文号", "amount": money(r, line)}
            for line in lines]


def funds(r, county, batch):
    classes = batch.get("region_class") or {}
    tier = check.TIERS[classes.get(county) or classes.get(county[:4]) or "middle"]
    upper = beside(r, 5000 if county in (batch.get("key_counties") or KEYS) else tier)
    lower = beside(r, 4000 - tier)
    total = upper + lower
    half = (total / 2).quantize(FEN)
    lines = split(r, upper, check.UPPER) + split(r, lower, check.LOWER)
    r.shuffle(lines)
    social = r.choice([Decimal(0), FEN, Decimal("3200.5"), Decimal(11000)])
    return {"transitional": lines,
            "integrated": split(r, beside(r, half), check.UPPER + check.LOWER),
            "collaboration": [],
            "social": [{"department": "样例企业", "amount": money(r, social)}]}


def village(r, i, county):
    return {"code": f"{county}{101 + i // 8:03d}{200 + i}", "name": f"样例村{i}",
            "type": r.choice(["cluster", "feature"]), "plan": True}


def project(r, i, area, villages):
    p = {"id": f"P{i + 1}", "name": f"样例项目{i}", "content": "样例内容", "area": area,
         "kind": "other", "department": "农业农村局", "deadline": r.choice(DAYS[:5]),
         "mode": r.choice(["direct", *check.BLENDED]), "needs_land": r.random() < 0.3,
         "funds": [{"source": r.choice(["transitional", "integrated", "social", "other"]),
                    "level": "county", "amount": money(r, Decimal(r.randrange(1, 10**9)) * FEN)}],
         "uses": r.choice([["production"]] * 60 + [[], ["vehicles"], ["a", "office_building"]]),
         "dividend_only": False}
    if p["needs_land"]:
        p["land_quota"] = "设施农用地 9 亩"
    if area == "industry":
        p["kind"] = r.choice(["production", "infrastructure", "processing", "cold_storage"])
        p["benefit"] = {"mode": "就近务工", "households": 12, "poverty_households": 0,
                        "income": "0.85"}
        p["serves"] = r.choice(["P1"] * 20 + ["P2", "P7", "P8", "P99"])
        p["local_produce"] = r.random() < 0.97
    if area == "construction" and villages:
        code = r.choice(villages)["code"]
        p["gap"] = {"village": r.choice([code, code[:9]]), "item": "water"}
    return p


def good(r, batch):
    county = r.choice(COUNTIES)
    villages = [village(r, i, county) for i in range(r.choice([8, 9, 10, 10, 11, 12]))]
    areas = list(AREAS) + [r.choice(AREAS) for _ in range(r.randrange(3))]
    start = r.choice(["2023-01-01", "2023-01-01", "2024-02-29", "2023-03-01", "2022-02-28"])
    end = {"2023-01-01": "2024-12-31", "2024-02-29": "2026-02-28", "2023-03-01": "2025-02-28",
           "2022-02-28": "2024-02-27"}[start]
    if r.random() < 0.1:
        end = r.choice(DAYS + ["2026-03-01", "2025-02-27"])
    projects = [project(r, i, area, villages) for i, area in enumerate(areas)]
    for p in projects:
        p["deadline"] = r.choice([start, end, "2024-06-30"] if start > "2022-12" else [start, end])
    projects[0]["kind"] = "production"
    stationed = len(villages) // 2 + r.choice([0, 0, 1, -1])
    zone = {"zone": r.choice(["样例甲", "样例乙", "样例丙 \"引\""]), "county": county,
            "villages": villages, "contiguous": True,
            "industries": [{"name": f"样例产业{i}", "in_county_plan": True,
                            "chain_extendable": True, "market_prospect": True}
                           for i in range(r.choice([1, 1, 2]))],
            "joined_with": ["strong_town"],
            "organisation": {"party_studied_on": "2022-11-08",
                             "government_studied_on": "2022-11-09", "leader_in_charge": True,
                             "task_force": True, "lead_organs": ["rural", "finance"],
                             "stationed_villages": stationed},
            "plan": {"start": start, "end": end, "positioning": "样例定位",
                     "sustainability": "样例管护", "reported_by": "county_government",
                     "reported_to": ["city_finance", "city_rural"],
                     "meeting": {"date": "2022-11-25", "approved": True}, "projects": projects},
            "funds": funds(r, county, batch),
            "opinions": {"meetings": r.choice([1] * 9 + [0]), "surveyed": 0}}
    if r.random() < 0.5:
        reason = r.choice(["样例理由", " 　\t", ""])
        zone["exceptions"] = {r.choice(["V1", "P1", "P6", "V2"]): reason}
    return zone


def batch(r):
    tables = {"key_counties": list(KEYS),
              "yellow_river_counties": ["370124", "370112", "371102"],
              "region_class": {"3701": "east", "3706": "east", "3704": "middle", "3713": "middle",
                               "3711": "west", "3715": "west", "370181": "west"},
              "arranged_areas": [{"programme": "first_batch_zone",
                                  "villages": ["370124101200", "370683101203"]},
                                 {"programme": "qilu_model_zone", "villages": []}],
              "recommended": [{"zone": zone, "county": r.choice(COUNTIES)}
                              for zone in ["样例甲", "样例乙"][:r.randrange(3)]],
              "forbidden_uses": {"transitional": ["vehicles", "bonuses"],
                                 "integrated": ["office_building"], "other": []}}
    for name in list(tables):
        chance = r.random()
        if chance < 0.08:
            del tables[name]
        elif chance < 0.12:
            tables[name] = None
        elif chance < 0.18:
            tables[name] = type(tables[name])()
    return tables


# ---- changes ---------------------------------------------------------------------------------

def types_of(schema):
    if "oneOf" in schema:
        return ["number", "string", "null"]
    if "enum" in schema:
        return ["null", "string"] if None in schema["enum"] else ["string"]
    kind = schema.get("type", "string")
    return kind if isinstance(kind, list) else [kind]


def places(value, schema, path=()):
    """Every field of the schema below a value, absent ones too: (path, schema, required)."""
    if isinstance(value, dict):
        for key, inner in schema.get("properties", {}).items():
            yield path + (key,), inner, key in schema.get("required", [])
            yield from places(value.get(key), inner, path + (key,))
    elif isinstance(value, list):
        for i, item in enumerate(value):
            yield path + (i,), schema["items"], True
            yield from places(item, schema["items"], path + (i,))


def parent(root, path):
    for key in path[:-1]:
        root = root[key]
    return root


def text_for(r, schema):
    if schema.get("format") == "date":
        return r.choice(DAYS)
    pattern = schema.get("pattern", "")
    if pattern in ("^[0-9]{6}$",):
        return r.choice(COUNTIES)
    if pattern == "^[0-9]{12}$":
        return r.choice(COUNTIES) + f"1012{r.randrange(100):02d}"
    if pattern:
        return r.choice(COUNTIES) + r.choice(["101", "101200", "999", "102208"])
    word = r.choice(WORDS + USES + ["P1", "P2", "P3", "P7"])
    return word if len(word) >= schema.get("minLength", 0) else "样例"


def value_for(r, schema):
    """Any value that the schema allows."""
    if "oneOf" in schema:
        return money(r, beside(r, r.choice([0, 5000, 2000])))
    if "enum" in schema:
        return r.choice(schema["enum"])
    kind = types_of(schema)[0]
    if kind == "boolean":
        return r.random() < 0.3
    if kind == "integer":
        return r.choice([0, 0, 1, 4, 5, 6, 999999999])
    if kind == "array":
        return [value_for(r, schema["items"]) for _ in range(r.randrange(3))]
    if kind == "object":
        known = schema.get("properties", {})
        return {key: value_for(r, inner) for key, inner in known.items()
                if key in schema.get("required", []) or r.random() < 0.7}
    return text_for(r, schema)


CHANGES = ("absent", "null", "empty", "other")


def change(r, root, path, schema, required, how):
    """True when the change was one that the schema allows."""
    spot, key = parent(root, path), path[-1]
    kinds = types_of(schema)
    if how == "absent" and isinstance(key, int):
        del spot[key]
    elif how == "absent" and not required:
        spot.pop(key, None)
    elif how == "null" and "null" in kinds:
        spot[key] = None
    elif how == "empty" and "array" in kinds:
        spot[key] = []
    elif how == "empty" and "object" in kinds and not schema.get("required"):
        spot[key] = {}
    elif how == "empty" and "string" in kinds and not {"enum", "pattern", "format", "oneOf",
                                                       "minLength"} & set(schema):
        spot[key] = ""
    elif how == "other":
        spot[key] = value_for(r, schema)
    else:
        return False
    return True


def unique(zone):
    try:
        check.validate_unique(zone.get("villages"), "code", "")
        check.validate_unique(zone.get("industries"), "name", "")
        check.validate_unique((zone.get("plan") or {}).get("projects"), "id", "")
        return True
    except check.Bad:
        return False


def dump(value):
    return json.dumps(value, ensure_ascii=False).encode("utf-8")


def general(path):
    return tuple(0 if isinstance(key, int) else key for key in path)


def fields(schema, path=()):
    """Every field that the schema knows, `*` for the items of a list: (path, schema, required)."""
    for key, inner in schema.get("properties", {}).items():
        yield path + (key,), inner, key in schema.get("required", [])
        yield from fields(inner, path + (key,))
    if "items" in schema:
        yield path + ("*",), schema["items"], True
        yield from fields(schema["items"], path + ("*",))


FIELDS = list(fields(check.SCHEMAS["dossier"]))


def somewhere(r, value, path):
    """The path with an index for each `*`, or None where nothing is there."""
    found = ()
    for i, key in enumerate(path):
        if not value or not isinstance(value, (dict, list)):
            return None
        key = r.randrange(len(value)) if key == "*" else key
        found += (key,)
        if i + 1 < len(path):
            value = value[key] if isinstance(value, list) else value.get(key)
    return found


def mutated(r, batch_tables):
    """A good zone changed in up to six places, still of the contract; each field as often."""
    zone = good(r, batch_tables)
    for _ in range(r.choice([0, 0, 1, 1, 2, 3, 4, 5, 6])):
        path, schema, required = r.choice(FIELDS)
        path = somewhere(r, zone, path)
        if path:
            change(r, zone, path, schema, required, r.choice(CHANGES))
    return zone if unique(zone) else mutated(r, batch_tables)


def sweep(r):
    """Each field once absent, null, empty and other."""
    tables = batch(random.Random(1))
    base = good(r, tables)
    seen = set()
    for path, schema, required in list(places(base, check.SCHEMAS["dossier"])):
        name = general(path)
        area = base["plan"]["projects"][path[2]]["area"] if path[:2] == ("plan", "projects") \
            and len(path) > 2 else ""
        if (name, area) in seen:
            continue
        seen.add((name, area))
        for how in CHANGES:
            zone = copy.deepcopy(base)
            if change(r, zone, path, schema, required, how) and unique(zone):
                yield zone


# ---- hostile ones ----------------------------------------------------------------------------

def wrong_types(r):
    """Each field once with a value of a type that the schema refuses: (name, bytes, pointer)."""
    base = good(r, {})
    seen = set()
    for path, schema, _ in list(places(base, check.SCHEMAS["dossier"])):
        name = general(path)
        if name in seen:
            continue
        seen.add(name)
        kinds = types_of(schema)
        for wrong, kind in ((True, "boolean"), (7, "integer"), ("錯", "-"), ([[]], "-"),
                            ({"x": 1}, "-"), (None, "null"), (-1, "-"), (1.5, "-")):
            fits = kind in kinds or (kind == "integer" and "number" in kinds) \
                or (wrong == 1.5 and "number" in kinds) \
                or (wrong == "錯" and "string" in kinds and "enum" not in schema
                    and "pattern" not in schema and "format" not in schema
                    and "oneOf" not in schema)
            if fits:
                continue
            zone = copy.deepcopy(base)
            parent(zone, path)[path[-1]] = wrong
            yield (f"{'-'.join(map(str, name))}-{kind}-{type(wrong).__name__}", dump(zone),
                   "/" + "/".join(map(str, path)))


def with_amount(base, written):
    """The base with its first amount written literally so."""
    zone = copy.deepcopy(base)
    zone["funds"]["transitional"][0]["amount"] = "@"
    return dump(zone).replace(b'"@"', written.encode())


GOOD_AMOUNTS = ["0.1", "1e3", "1E+3", "1999.999999", "0", "0.000001", '"999999999999.999999"',
                "1000000000000", "1e12", "2000.0000000000000001", "1.50e1", '"000000002000"',
                "123456789.123456", "0.30000000000000004e-5000"]
BAD_AMOUNTS = ["-1", '"-1"', '"+1"', '"1.0000001"', "1999.9999999", "0.0000001", "1e-7",
               "1000000000000.1", "1e13", '"1000000000000"', '"1."', '".5"', '"1e3"', '""', '"１"',
               '" 1"', '"1\\n"', "0.30000000000000004", "true", "[]"]
# No double or 64-bit integer, yet no fault of syntax.
HUGE_AMOUNTS = ["1e400", "123456789012345678901234567890"]
BAD_NUMBERS = ["01", "+1", "1.", ".5", "0x10", "NaN", "Infinity", "-Infinity", "1e", "--1", "１"]


def good_numbers(r):
    base = good(r, {})
    for written in GOOD_AMOUNTS:
        yield with_amount(base, written)


def hostile(r):
    """(name, bytes, what the error line must name beside the file, or None)."""
    base = good(r, {})
    text = dump(base)
    first = "/funds/transitional/0/amount"
    for written in BAD_AMOUNTS + HUGE_AMOUNTS:
        yield f"amount-{written}", with_amount(base, written), first
    for written in BAD_NUMBERS:
        yield f"number-{written}", with_amount(base, written), None

    def changed(path, value):
        zone = copy.deepcopy(base)
        parent(zone, path)[path[-1]] = value
        return dump(zone)

    for day in ("2023-02-29", "2023-13-01", "2023-00-10", "2023-1-1", "20230101", "1899-12-31",
                "2201-01-01", "2023-01-01T00:00:00", "2023-04-31", "2100-02-29", "2023-01-01\n",
                "２０２３-01-01", ""):
        yield f"day-{day!r}", changed(("plan", "start"), day), "/plan/start"
    for county in ("37152", "3715222", "37152a", "371522\n", "３７１５２２"):
        yield f"county-{county!r}", changed(("county",), county), "/county"
    for count in ("1.0", "1e0", "-1", "1000000000"):
        yield (f"count-{count}", changed(("opinions", "meetings"), "@").replace(
            b'"@"', count.encode()), "/opinions/meetings")
    yield "zone-empty", changed(("zone",), ""), "/zone"
    yield "zone-long", changed(("zone",), "村" * 121), "/zone"
    yield "reason-number", changed(("exceptions",), {"V1": 1}), "/exceptions/V1"
    yield "unknown-key", changed(("extra",), 1), "/extra"
    yield "unknown-key-inside", changed(("plan", "x/y"), 1), "/plan/x~1y"
    yield "same-village", changed(("villages", 1), base["villages"][0]), "/villages/1"
    twin = copy.deepcopy(base["plan"]["projects"][0])
    yield "same-project", changed(("plan", "projects", 2), twin), "/plan/projects/2"
    yield "same-industry", changed(("industries",), base["industries"][:1] * 2), "/industries/1"
    missing = copy.deepcopy(base)
    del missing["county"]
    yield "no-county", dump(missing), ""
    yield from broken_text(text)


def broken_text(text):
    """Files that are no JSON text of the contract at all."""
    yield "empty", b"", None
    yield "white", b" \n\t ", None
    yield "words", "不是 JSON".encode(), None
    yield "array", b"[]", ""
    yield "text", b'"zone"', ""
    yield "null", b"null", ""
    yield "single-quotes", b"{'zone': 1}", None
    yield "comment", b"/* */" + text, None
    yield "comma", text[:-1] + b",}", None
    yield "after", text + b" {}", None
    yield "after-nul", text + b"\0", None
    yield "bom", b"\xef\xbb\xbf" + text, None
    yield "utf-16", text.decode().encode("utf-16"), None
    yield "duplicate", b'{"zone":"a","county":"371522","zone":"a"}', None
    yield "duplicate-escaped", b'{"zone":"a","county":"371522","\\u007aone":"a"}', None
    yield "duplicate-inside", b'{"zone":"a","county":"371522","plan":{"end":null,"end":null}}', None
    yield "invalid-utf-8", text.replace("样".encode(), b"\xff\xfe", 1), None
    yield "overlong-utf-8", text.replace("样".encode(), b"\xc0\xaf", 1), None
    yield "surrogate-utf-8", text.replace("样".encode(), b"\xed\xa0\x80", 1), None
    yield "beyond-unicode", text.replace("样".encode(), b"\xf4\x90\x80\x80", 1), None
    yield "half-surrogate", text.replace("样".encode(), b"\\ud83d", 1), None
    yield "control", text.replace("样".encode(), b"\x01", 1), None
    yield "line-in-text", text.replace("样".encode(), b"\n", 1), None
    yield "bad-escape", text.replace("样".encode(), b"\\x41", 1), None
    yield "no-break-space", b"\xc2\xa0" + text, None
    yield "form-feed", b"\f" + text, None
    yield "nested-10000", b"[" * 10000 + b"]" * 10000, None
    yield "nested-open", b"[" * 1000000, None
    yield "nested-65", b'{"zone":' + b"[" * 64 + b"]" * 64 + b"}", None
    yield "nested-objects", b'{"plan":' * 10000 + b"1" + b"}" * 10000, None
    yield "40-megabytes", b'{"zone":"' + b"a" * (40 << 20) + b'","county":"371522"}', None
    yield "over-8-MiB", text + b" " * (check.LIMIT + 1 - len(text)), None
    for part in (1, 2, 3):
        yield f"truncated-{part}", text[:len(text) * part // 4], None
    yield "truncated-last", text[:-1], None


def bad_batches():
    yield "array", b"[]"
    yield "unknown-key", b'{"keys":[]}'
    yield "county", b'{"key_counties":["3715"]}'
    yield "class", b'{"region_class":{"3701":"north"}}'
    yield "class-null", b'{"region_class":{"3701":null}}'
    yield "class-key", b'{"region_class":{"37011":"east"}}'
    yield "programme", b'{"arranged_areas":[{"programme":"x","villages":[]}]}'
    yield "area-null", b'{"arranged_areas":[{"programme":"first_batch_zone","villages":null}]}'
    yield "uses-null", b'{"forbidden_uses":{"other":null}}'
    yield "source", b'{"forbidden_uses":{"gift":[]}}'
    yield "duplicate", b'{"recommended":[],"recommended":[]}'
    yield "truncated", b'{"recommended":['
    yield "bom", b"\xef\xbb\xbf{}"


def main(arguments):
    seed, count, directory = int(arguments[0]), int(arguments[1]), arguments[2]
    r = random.Random(seed)
    os.makedirs(directory, exist_ok=True)
    for i in range(count):
        tables = batch(r)
        for name, value in ((f"batch-{i}.json", tables), (f"zone-{i}.json", mutated(r, tables))):
            with open(os.path.join(directory, name), "wb") as file:
                file.write(dump(value))
    for i, (name, data, _) in enumerate(hostile(r)):
        with open(os.path.join(directory, f"bad-{i}.json"), "wb") as file:
            file.write(data)


if __name__ == "__main__":
    main(sys.argv[1:])
