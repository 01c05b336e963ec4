"""`tuijin pack schema packs/lu-2022-26` accepts and refuses exactly what the contract's dossier.schema.json does.

Good dossiers are changed in one place, and by chance in several, at every pointer that they or the contract have; each is judged by
both schemas with python3-jsonschema. Both verdicts must occur often, or nothing was tried.
"""
import copy
import itertools
import json
import random
import subprocess
import sys

from jsonschema import Draft202012Validator, FormatChecker

CONTRACT = 'tests/schema/dossier.schema.json'
PACK = 'packs/lu-2022-26'
VALUES = [
    None, True, False, 0, 1, -1, 999999999, 1000000000, 1.5, 1e12, 1.1e12, '', ' ', 'x', 'x' * 120, 'x' * 121, '37012', '370124', '3701240',
    '370124101', '370124101201', '2022-11-01', '2022-02-30', '0', '0.123456', '0.1234567', '1234567890123', '-1', '1e3', [], {}, [None], [1], [[]],
    ['x'], ['rural'], ['rural', 'rural'], ['modern_park', 'other'], ['city_rural'], {'x': 1}, {'x': 'y'}, {'x': None}, [{}], [{'code': '370124101201'}],
    [{'id': 'P'}], [{'id': ''}], [{'name': 'x'}], [{'amount': None}], [{'amount': '1'}], [{'level': 'county'}], 'cluster', 'industry', 'social', 'county', 'other',
    'direct', 'road', 'county_government', 'transitional', 'production',
]


def full(schema):
    """One document with every field that a schema has, each with a value that fits."""
    if 'oneOf' in schema:
        return '12.5'
    if 'enum' in schema:
        return schema['enum'][0]
    kind = schema['type'] if isinstance(schema['type'], str) else schema['type'][0]
    if kind == 'object':
        return {k: full(v) for k, v in schema.get('properties', {}).items()}
    if kind == 'array':
        return [full(schema['items'])]
    if kind == 'integer':
        return 3
    if kind == 'boolean':
        return True
    if schema.get('format') == 'date':
        return '2022-11-01'
    return {'^[0-9]{6}$': '370124', '^[0-9]{12}$': '370124101201', '^([0-9]{9}|[0-9]{12})$': '370124101'}.get(schema.get('pattern'), '样例')


def short(node):
    """The same with at most two items a list: the third shows nothing that the second does not."""
    if isinstance(node, dict):
        return {k: short(v) for k, v in node.items()}
    return [short(v) for v in node[:2]] if isinstance(node, list) else node


def places(node, path=()):
    yield path
    pairs = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, below in pairs:
        yield from places(below, (*path, key))


def put(document, path, value):
    if not path:
        return value
    out = copy.deepcopy(document)
    at = out
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] = value
    return out


def drop(document, path):
    out = copy.deepcopy(document)
    at = out
    for key in path[:-1]:
        at = at[key]
    del at[path[-1]]
    return out


def everywhere(document):
    """Each value in the place of each part, each part left out, an unknown key in each object."""
    for path in list(places(document)):
        for value in VALUES:
            yield put(document, path, value)
        if path:
            yield drop(document, path)
        at = document
        for key in path:
            at = at[key]
        if isinstance(at, dict):
            yield put(document, (*path, 'unknown'), 'x')


def by_chance(document, count):
    chance = random.Random(26)
    for _ in range(count):
        changed = document
        for _ in range(chance.randint(1, 3)):
            path = chance.choice(list(places(changed)))
            changed = drop(changed, path) if path and chance.random() < 0.3 else put(changed, path, chance.choice(VALUES))
        yield changed


def main():
    with open(CONTRACT, encoding='utf-8') as f:
        contract = json.load(f)
    said = json.loads(subprocess.run(['build/tuijin', 'pack', 'schema', PACK], capture_output=True, text=True, check=True).stdout)
    Draft202012Validator.check_schema(said)
    ours, theirs = (Draft202012Validator(s, format_checker=FormatChecker(['date'])) for s in (said, contract))
    with open(f'{PACK}/tests/base.json', encoding='utf-8') as f:
        good = [short(json.load(f)), full(contract)]
    tried = {True: 0, False: 0}
    faults = []
    for changed in itertools.chain(everywhere(good[1]), by_chance(good[0], 600)):
        verdict = theirs.is_valid(changed)
        tried[verdict] += 1
        if ours.is_valid(changed) != verdict and len(faults) < 5:
            error = next((theirs if not verdict else ours).iter_errors(changed))
            faults.append(f'the contract {"accepts" if verdict else "refuses"}, the pack does not: {error.json_path}: {error.message[:120]}')
    good_enough = all(theirs.is_valid(d) and ours.is_valid(d) for d in good) and min(tried.values()) > 500
    print(*faults, sep='\n', end='\n' if faults else '')
    print(f'accepted {tried[True]}, refused {tried[False]}')
    passed = (not faults) + good_enough
    print(f'schema: {passed} passed, {2 - passed} failed')
    return passed != 2


if __name__ == '__main__':
    sys.exit(main())
