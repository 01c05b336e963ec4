import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SECTIONS, isHighest } from './figures'

const rows = SECTIONS.flatMap((s) => s.rows)
const of = (rule: string, dossier: object) => rows.find((r) => r.rule === rule)!.of(dossier as never)

test('funds of the comparison tie with the lines they come from', () => {
  const funds = { transitional: [{ level: 'province', amount: '2000' }, { level: 'city', amount: '1500' }, { level: 'county', amount: '700.5' }] }
  assert.equal(of('F2', { funds }).text, '4,200.50')
  assert.equal(of('F3', { funds }).text, '2,000.00')
  assert.equal(of('F4', { funds }).text, '2,200.50')
  assert.equal(of('F7', { funds }).text, '?')
  assert.equal(of('F2', {}).text, '?')
})

test('villages by type and how many have a team', () => {
  const d = { villages: [{ code: '1', type: 'cluster' }, { code: '2', type: 'urban' }, { code: '3', type: 'feature' }], organisation: { stationed_villages: 2 } }
  assert.equal(of('V2', d).text, '2 / 3')
  assert.equal(of('Q6', d).text, '2 / 3 · 66 %')
  assert.equal(of('Q6', { villages: d.villages }).text, '?')
})

test('the highest stands alone and above something', () => {
  const all = [{ text: '', size: 3n }, { text: '', size: 5n }, { text: '', size: null }]
  assert.ok(isHighest(all[1]!, all))
  assert.ok(!isHighest(all[0]!, all))
  assert.ok(!isHighest(all[2]!, all))
  assert.ok(!isHighest(all[1]!, [all[1]!, all[1]!]))
  assert.ok(!isHighest(all[1]!, [all[1]!]))
})
