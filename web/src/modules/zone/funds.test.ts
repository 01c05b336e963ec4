import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Amount, Dossier, FundLine, FundSource } from '../../api/types'
import { fenOf, wan } from '../../use/money'
import { SOURCES, columnTotal, columnsOf, levelsOf, linesOf, projectTotal, rowsOf, totalOf, withCell, type Column, type MatrixRow } from './funds'

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
  const [, first, second] = rowsOf(dossier, 'integrated')
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
  assert.deepEqual(withCell('transitional', lines, null, 'county', '500.00')[2], { level: 'county', amount: '500.00' })
  assert.equal(withCell('transitional', lines, null, 'city', null)[1]!.amount, null)
  assert.deepEqual(withCell('transitional', lines, null, 'province', undefined), [lines[1]])
  assert.equal(withCell('transitional', lines, '住建局', 'city', '1.00').length, 3)
})

test('the money of projects is summed by source and level', () => {
  const projects = [{ id: 'P1', funds: [{ source: 'transitional', level: 'city', amount: '1.5' }] }, { id: 'P2' }]
  assert.equal(projectTotal(projects, 'transitional', 'city'), 1500000n)
  assert.equal(projectTotal(projects, 'transitional', 'county'), 0n)
})

/* Any dossier of the contract: lists absent, null or empty; a level, null or none; several lines of one
 * cell; amounts as text, as numbers, unknown. */
function random(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0
    return (state >>> 8) / 0x1000000
  }
}

function anyDossier(seed: number): Dossier {
  const next = random(seed)
  const one = <T>(of: readonly T[]): T => of[Math.floor(next() * of.length)]!
  const amount = (): Amount => one([null, '0', '5600', '0005600.50', '999999999999.999999', '0.000001', 5600, 0.1, 1e12, String(Math.floor(next() * 1e9) / 100)])
  const line = (source: FundSource): FundLine => ({
    amount: amount(),
    ...one([{}, { level: null }, { level: source === 'social' ? 'social' : one(['central', 'province', 'city', 'county']) }]),
    ...one([{}, { department: null }, { department: one(['', '甲', '乙', '出资/单位~1']) }]),
    ...one([{}, { document: one(['', '文号']) }]),
  })
  const list = (source: FundSource) => one([undefined, null, [], ...Array.from({ length: 5 }, () => Array.from({ length: 1 + Math.floor(next() * 6) }, () => line(source)))])
  const funds = one([undefined, null, ...Array.from({ length: 6 }, () => Object.fromEntries(SOURCES.map((s) => [s, list(s)])))])
  return { zone: '样例', county: '370683', funds } as Dossier
}

/** A sum written down apart from the one under test. */
function stored(lines: readonly FundLine[] | null | undefined): bigint | null {
  if (!lines || lines.some((l) => l.amount === null)) return null
  return lines.reduce((all, l) => {
    const [whole, part = ''] = String(l.amount).split('.')
    return all + BigInt(`${whole}${part.padEnd(6, '0')}`)
  }, 0n)
}

/** The cells that a page shows of a row, each with the lines behind it. */
const shownCells = (dossier: Dossier, row: MatrixRow) =>
  columnsOf(row.source, levelsOf(dossier)).map((column) => ({ column, lines: row.cells.get(column)?.lines ?? [] }))

const withLines = (dossier: Dossier, source: FundSource, lines: readonly FundLine[]): Dossier =>
  ({ ...dossier, funds: { ...dossier.funds, [source]: [...lines] } })

test('any valid dossier: the totals shown are those stored, and every line is shown once', () => {
  for (let seed = 1; seed <= 400; seed += 1) {
    const any = anyDossier(seed)
    for (const source of SOURCES) {
      const [head, ...below] = rowsOf(any, source)
      assert.equal(head!.total, stored(any.funds?.[source]), `${seed} ${source}`)
      const edited = head!.edits ? [head!] : below
      const seen = edited.flatMap((row) => shownCells(any, row).flatMap((c) => c.lines)).sort((a, b) => a - b)
      assert.deepEqual(seen, linesOf(any, source).map((_, i) => i), `${seed} ${source}: every line once`)
      for (const row of below)
        assert.equal(row.total, stored(shownCells(any, row).flatMap((c) => c.lines.map((i) => linesOf(any, source)[i]!))), `${seed} ${source}`)
    }
  }
})

test('any valid dossier: an edit of any cell changes one line, and the total by as much', () => {
  for (let seed = 1; seed <= 150; seed += 1) {
    const any = anyDossier(seed)
    for (const source of SOURCES)
      for (const row of rowsOf(any, source).filter((r) => r.edits))
        for (const { column, lines } of shownCells(any, row)) editHolds(any, row, column, lines, `${seed} ${source} ${row.department} ${column}`)
  }
})

function editHolds(any: Dossier, row: MatrixRow, column: Column, own: number[], where: string): void {
  const before = linesOf(any, row.source)
  const after = withCell(row.source, before, row.department, column, '5700.00')
  if (own.length > 1) return assert.equal(after, before, where)
  const [i] = own
  assert.equal(after.length, before.length + (i === undefined ? 1 : 0), where)
  before.forEach((line, at) => assert.deepEqual(after[at], at === i ? { ...line, amount: '5700.00' } : line, where))
  const again = rowsOf(withLines(any, row.source, after), row.source).find((r) => r.edits && r.department === row.department)!
  assert.deepEqual(again.cells.get(column)!.lines, [i ?? before.length], `${where}: the cell that was edited shows it`)
  const rest = stored(before.filter((_, at) => at !== i))
  assert.equal(totalOf(withLines(any, row.source, after), row.source), rest === null ? null : rest + 5_700_000_000n, where)
  const removed = withCell(row.source, before, row.department, column, undefined)
  assert.deepEqual(removed, before.filter((_, at) => at !== i), where)
}
