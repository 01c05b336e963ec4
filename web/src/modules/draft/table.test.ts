import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RuleTable } from '../../api/draft'
import { addColumn, addRow, moveRow, NEW, pasteBlock, removeColumn, removeRow, setCell, setColumn } from './table'

const column = (kind: 'input' | 'output' | 'note', from: number, text = '') => ({ kind, from, name: '', text, values: '' })
const given = (): RuleTable => ({
  policy: 'UNIQUE',
  aggregation: '',
  columns: [column('input', 0, '类别'), column('output', 0)],
  rows: [
    { from: 0, cells: ['"东部"', '1'] },
    { from: 1, cells: ['"西部"', '2'] },
  ],
})
const cells = (t: RuleTable) => t.rows.map((r) => r.cells)

test('a cell and a column are changed, and what was given stays as it was', () => {
  const table = given()
  assert.deepEqual(cells(setCell(table, 1, 1, '3')), [['"东部"', '1'], ['"西部"', '3']])
  assert.equal(setColumn(table, 0, { text: '区域' }).columns[0]!.text, '区域')
  assert.deepEqual(table, given())
})

test('rows keep where they come from', () => {
  const more = addRow(given(), 0)
  assert.deepEqual(more.rows.map((r) => r.from), [0, NEW, 1])
  assert.deepEqual(moveRow(more, 2, -1).rows.map((r) => r.from), [0, 1, NEW])
  assert.deepEqual(removeRow(more, 0).rows.map((r) => r.from), [NEW, 1])
  assert.deepEqual(addRow({ ...given(), rows: [] }).rows, [{ from: NEW, cells: ['', ''] }])
})

test('a new input tests nothing and stands before the outputs, a note stands last', () => {
  const table = addColumn(addColumn(given(), 'note', '条款'), 'input')
  assert.deepEqual(table.columns.map((c) => c.kind), ['input', 'input', 'output', 'note'])
  assert.deepEqual(cells(table), [['"东部"', '-', '1', ''], ['"西部"', '-', '2', '']])
  assert.deepEqual(cells(removeColumn(table, 0)), [['-', '1', ''], ['-', '2', '']])
})

test('a pasted block adds the rows it needs and no columns', () => {
  const table = pasteBlock(given(), 1, 0, [['"中部"', '5', '多余'], ['"西部"']])
  assert.deepEqual(cells(table), [['"东部"', '1'], ['"中部"', '5'], ['"西部"', '']])
  assert.deepEqual(table.rows.map((r) => r.from), [0, 1, NEW])
})
