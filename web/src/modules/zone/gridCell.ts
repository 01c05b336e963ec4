// The cell of the project grid that a pointer means.
import type { Tabulator } from 'tabulator-tables'
import { FUND_COLUMNS, ROOT, type Column } from './columns'
import { mark } from './reveal'

/** "/plan/projects/3/serves" → row 3, column "/serves"; of a whole project its first column. */
export function cellOf(pointer: string, columns: readonly Column[]): { row: number; key: string } | null {
  const [, row, rest] = new RegExp(`^${ROOT}/(\\d+)(/.*)?$`).exec(pointer) ?? []
  if (row === undefined) return null
  const money = rest?.startsWith('/funds') ? [...FUND_COLUMNS].find((key) => key.endsWith(rest.split('/')[3] ?? '/amount')) : undefined
  const exact = columns.find((c) => rest && (c.pointer === rest || rest.startsWith(`${c.pointer}/`) || c.pointer.startsWith(`${rest}/`)))
  return { row: Number(row), key: exact?.key ?? money ?? columns[0]!.key }
}

export async function showCell(table: Tabulator, pointer: string, columns: readonly Column[]): Promise<void> {
  const at = cellOf(pointer, columns)
  const row = at && table.getRows()[at.row]
  if (!row) return
  await table.scrollToRow(row, 'center', false).catch(() => undefined)
  await table.scrollToColumn(at.key, 'middle', false).catch(() => undefined)
  const cell = row.getCell(at.key)
  if (!cell) return
  table.getRanges().forEach((range) => range.setBounds(cell, cell))
  mark(cell.getElement())
  mark(row.getElement())
}
