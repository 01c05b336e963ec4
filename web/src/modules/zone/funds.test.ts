import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Dossier } from '../../api/types'
import { fenOf, wan } from '../../use/money'
import { columnTotal, projectTotal, rowsOf, totalOf, withCell } from './funds'

const dossier: Dossier = {
  zone: '样例',
  county: '370683',
  funds: {
    transitional: [
      { level: 'province', amount: '2000.00' },
      { level: 'city', amount: '1500' },
    ],
    integrated: [
      { level: 'county', department: '住建局', document: '甲', amount: '1000.5' },
      { level: 'county', department: '住建局', document: '乙', amount: '999.49' },
      { level: 'city', department: '水利局', amount: null },
    ],
  },
}

test('lines of one department and level share a cell', () => {
  const [first, second] = rowsOf(dossier, 'integrated')
  assert.deepEqual(first!.cells.get('county')!.lines, [0, 1])
  assert.equal(wan(first!.total), '1,999.99')
  assert.equal(second!.total, null)
  assert.equal(wan(columnTotal(dossier, 'integrated', 'county')), '1,999.99')
})

test('an absent source is unknown, an empty one is nothing, an unknown amount makes the sum unknown', () => {
  assert.equal(totalOf(dossier, 'social'), null)
  assert.equal(totalOf({ ...dossier, funds: { social: [] } }, 'social'), 0n)
  assert.equal(totalOf(dossier, 'integrated'), null)
  assert.equal(totalOf(dossier, 'transitional'), fenOf('3500'))
})

test('a cell adds, changes and removes its line and leaves the others', () => {
  const lines = dossier.funds!.transitional!
  assert.deepEqual(withCell(lines, null, 'county', '500.00')[2], { level: 'county', amount: '500.00' })
  assert.equal(withCell(lines, null, 'city', null)[1]!.amount, null)
  assert.deepEqual(withCell(lines, null, 'province', undefined), [lines[1]])
  assert.equal(withCell(lines, '住建局', 'city', '1.00').length, 3)
})

test('the money of projects is summed by source and level', () => {
  const projects = [{ id: 'P1', funds: [{ source: 'transitional', level: 'city', amount: '1.5' }] }, { id: 'P2' }]
  assert.equal(projectTotal(projects, 'transitional', 'city'), 1500000n)
  assert.equal(projectTotal(projects, 'transitional', 'county'), 0n)
})
