import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readFileSync } from 'node:fs'
import { SECTIONS, askedOf, isHighest } from './figures'

const rows = SECTIONS.flatMap((s) => s.rows)
const of = (key: string, dossier: object) => rows.find((r) => r.key === key)!.of(dossier as never)

test('funds of the comparison tie with the lines they come from', () => {
  const funds = { transitional: [{ level: 'province', amount: '2000' }, { level: 'city', amount: '1500' }, { level: 'county', amount: '700.5' }] }
  assert.equal(of('transitional', { funds }).text, '4,200.50')
  assert.equal(of('from_above', { funds }).text, '2,000.00')
  assert.equal(of('from_below', { funds }).text, '2,200.50')
  assert.equal(of('social', { funds }).text, '?')
  assert.equal(of('transitional', {}).text, '?')
})

test('villages by type and how many have a team', () => {
  const d = { villages: [{ code: '1', type: 'cluster' }, { code: '2', type: 'urban' }, { code: '3', type: 'feature' }], organisation: { stationed_villages: 2 } }
  assert.equal(of('types', d).text, '2 / 3')
  assert.equal(of('stationed', d).text, '2 / 3 · 66 %')
  assert.equal(of('stationed', { villages: d.villages }).text, '?')
})

test('the highest stands alone and above something', () => {
  const all = [{ text: '', size: 3n }, { text: '', size: 5n }, { text: '', size: null }]
  assert.ok(isHighest(all[1]!, all))
  assert.ok(!isHighest(all[0]!, all))
  assert.ok(!isHighest(all[2]!, all))
  assert.ok(!isHighest(all[1]!, [all[1]!, all[1]!]))
  assert.ok(!isHighest(all[1]!, [all[1]!]))
})

test('the pack names a rule for every figure that is compared', () => {
  const pack = JSON.parse(readFileSync('../packs/lu-2022-26/pack.json', 'utf8')) as { comparison: { figure: string }[] }
  assert.deepEqual(pack.comparison.map((c) => c.figure), rows.map((r) => r.key))
})

test('what a rule asks is shown where it applies and asks for a figure', () => {
  const candidate = (status: string, values: object) => ({ check: { results: [{ rule: 'R', status, values }] } }) as never
  assert.equal(askedOf(candidate('met', { 要求: '4000' }), 'R', true), '4,000.00')
  assert.equal(askedOf(candidate('met', { 要求: '10' }), 'R', false), '10')
  assert.equal(askedOf(candidate('not_applicable', { 要求: '4000' }), 'R', true), null)
  assert.equal(askedOf(candidate('met', {}), 'R', true), null)
  assert.equal(askedOf(candidate('met', { 要求: '4000' }), undefined, true), null)
})
