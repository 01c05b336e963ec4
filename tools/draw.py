#!/usr/bin/env python3
# usage: tools/draw.py RECORD   Repeats a draw of experts from its public record (/public/draws/N.json).
import hashlib, json, sys

sha = lambda text: hashlib.sha256(text.encode()).hexdigest()
record = json.load(open(sys.argv[1], encoding='utf-8'))
pool = sha(json.dumps(record['pool'], sort_keys=True, separators=(',', ':'), ensure_ascii=False))
assert pool == record['pool_hash'], 'this is not the pool that was published'
rural, finance = (record['commitments'][organ] for organ in ('rural', 'finance'))
for organ in (rural, finance):
    assert sha(organ['value']) == organ['sha256'], 'a value does not fit its commitment'
seed = sha(f"{pool}:{rural['value']}:{finance['value']}")
experts = {e['number']: e for e in record['pool']['experts']}
for i, number in enumerate(sorted(experts, key=lambda n: sha(f'{seed}:{n}'))):
    person = (record['names'] or {}).get(number)
    bound = person and ':'.join((person['nonce'], number, person['name'], person['organ']))
    assert not bound or sha(bound) == experts[number]['identity'], f'{number} is somebody else'
    print(number, 'panel' if i < record['pool']['seats'] else 'next', person['name'] if person else '')
