#!/usr/bin/env python3
"""usage: tools/draw.py RECORD

Repeats a draw of experts from its public record, the file of /public/draws/N.json, and prints them
in the order drawn. It needs nothing of this program. Exit status: 0 it agrees with what was
published, 1 it does not, 2 RECORD is no such file.
"""
import hashlib, json, sys


def sha(text):
    return hashlib.sha256(text.encode()).hexdigest()


def agree(holds, what):
    if not holds:
        sys.exit('draw.py: ' + what)


def repeat(record):
    pool = sha(json.dumps(record['pool'], sort_keys=True, separators=(',', ':'), ensure_ascii=False))
    agree(pool == record['pool_hash'], 'this is not the pool that was published')
    rural, finance = (record['commitments'][organ] for organ in ('rural', 'finance'))
    for organ in (rural, finance):
        agree(sha(organ['value']) == organ['sha256'], 'a value does not fit its commitment')
    seed = sha(f"{pool}:{rural['value']}:{finance['value']}")
    experts = {e['number']: e for e in record['pool']['experts']}
    for i, number in enumerate(sorted(experts, key=lambda n: sha(f'{seed}:{n}'))):
        person = (record['names'] or {}).get(number)
        bound = person and ':'.join((person['nonce'], number, person['name'], person['organ']))
        agree(not bound or sha(bound) == experts[number]['identity'], f'{number} is somebody else')
        print(number, 'panel' if i < record['pool']['seats'] else 'next', person['name'] if person else '')


def main(words):
    if words in (['-h'], ['--help']):
        sys.exit(print(__doc__.strip()))
    if len(words) != 1 or words[0].startswith('-'):
        print(__doc__.strip(), file=sys.stderr)
        sys.exit(2)
    try:
        repeat(json.load(open(words[0], encoding='utf-8')))
    except (OSError, ValueError, KeyError, TypeError) as why:
        print(f'draw.py: {words[0]} is no record of a draw: {why!r}', file=sys.stderr)
        sys.exit(2)


main(sys.argv[1:])
