// Changes of a decision table, each giving a new one: what is shown is never changed in place.
import type { RuleTable, TableColumn, TableRow } from '../../api/draft'

export const NEW = -1
export const CLAUSE = '条款'
/** The hit policies of DMN, as they are written. */
export const POLICIES = ['UNIQUE', 'FIRST', 'PRIORITY', 'ANY', 'COLLECT', 'RULE ORDER', 'OUTPUT ORDER'] as const
export const AGGREGATIONS = ['', 'SUM', 'COUNT', 'MIN', 'MAX'] as const

const newRow = (columns: number): TableRow => ({ from: NEW, cells: Array.from({ length: columns }, () => '') })
const put = <T>(list: readonly T[], at: number, item: T) => list.map((old, i) => (i === at ? item : old))

export function setCell(table: RuleTable, row: number, cell: number, text: string): RuleTable {
  const old = table.rows[row]!
  return { ...table, rows: put(table.rows, row, { ...old, cells: put(old.cells, cell, text) }) }
}

export function setColumn(table: RuleTable, at: number, change: Partial<TableColumn>): RuleTable {
  return { ...table, columns: put(table.columns, at, { ...table.columns[at]!, ...change }) }
}

export function addRow(table: RuleTable, behind = table.rows.length - 1): RuleTable {
  const rows = [...table.rows]
  rows.splice(behind + 1, 0, newRow(table.columns.length))
  return { ...table, rows }
}

export const removeRow = (table: RuleTable, at: number): RuleTable => ({ ...table, rows: table.rows.filter((_, i) => i !== at) })

export function moveRow(table: RuleTable, at: number, by: -1 | 1): RuleTable {
  const rows = [...table.rows]
  const [row] = rows.splice(at, 1)
  rows.splice(at + by, 0, row!)
  return { ...table, rows }
}

/** Inputs stand before outputs, outputs before notes. */
export function addColumn(table: RuleTable, kind: 'input' | 'note', name = ''): RuleTable {
  const at = kind === 'note' ? table.columns.length : table.columns.filter((c) => c.kind === 'input').length
  const insert = <T>(list: readonly T[], item: T) => [...list.slice(0, at), item, ...list.slice(at)]
  const column: TableColumn = { kind, from: NEW, name, text: '', values: '' }
  return {
    ...table,
    columns: insert(table.columns, column),
    rows: table.rows.map((row) => ({ ...row, cells: insert(row.cells, kind === 'input' ? '-' : '') })),
  }
}

export function removeColumn(table: RuleTable, at: number): RuleTable {
  const without = <T>(list: readonly T[]) => list.filter((_, i) => i !== at)
  return { ...table, columns: without(table.columns), rows: table.rows.map((row) => ({ ...row, cells: without(row.cells) })) }
}

/** A block from a spreadsheet, from this cell on; rows that lack are added, columns are not. */
export function pasteBlock(table: RuleTable, row: number, cell: number, block: readonly string[][]): RuleTable {
  const rows = [...table.rows]
  block.forEach((texts, i) => {
    const old = rows[row + i] ?? newRow(table.columns.length)
    const cells = old.cells.map((text, c) => texts[c - cell] ?? text)
    rows[row + i] = { ...old, cells }
  })
  return { ...table, rows }
}
