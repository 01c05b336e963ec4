// The fund lines of a dossier as a matrix of source × level, and its exact totals.
import type { Rule } from '../pack/pack'
import type { Dossier, FundLine, FundSource, Project } from '../../api/types'
import { fenOf, sum, type Fen } from '../../use/money'

export const LEVELS = ['central', 'province', 'city', 'county'] as const
export type Level = (typeof LEVELS)[number]
export const SOURCES: readonly FundSource[] = ['transitional', 'integrated', 'collaboration', 'social']

/** A column of the matrix: a level, or one for the lines that name none; social capital has a single one. */
export type Column = Level | 'unknown' | 'all'

export interface Cell {
  lines: number[]
  total: Fen | null
}

export interface MatrixRow {
  source: FundSource
  /** The head of a source holds its totals; a source with one nameless row is edited in its head. */
  head: boolean
  edits: boolean
  department: string | null
  cells: Map<Column, Cell>
  total: Fen | null
}

export const linesOf = (dossier: Dossier, source: FundSource): FundLine[] => dossier.funds?.[source] ?? []

/** Unknown where the list itself is absent: nobody has said that there is none. */
export function totalOf(dossier: Dossier, source: FundSource): Fen | null {
  const lines = dossier.funds?.[source]
  return lines ? sum(lines.map((l) => fenOf(l.amount))) : null
}

export const levelOf = (line: FundLine): string => line.level ?? 'unknown'

/** Every line stands in exactly one column, whatever level it names or lacks. */
export const columnOf = (source: FundSource, line: FundLine): Column =>
  source === 'social' ? 'all' : ((line.level ?? 'unknown') as Column)

/** The columns by level that the lines of a dossier need. */
export function levelsOf(dossier: Dossier): Column[] {
  const stray = SOURCES.some((s) => linesOf(dossier, s).some((l) => columnOf(s, l) === 'unknown'))
  return stray ? [...LEVELS, 'unknown'] : [...LEVELS]
}

export const columnsOf = (source: FundSource, levels: Column[]): Column[] => (source === 'social' ? ['all'] : levels)

function cellsOf(source: FundSource, lines: { line: FundLine; i: number }[]): Map<Column, Cell> {
  const cells = new Map<Column, Cell>()
  for (const { line, i } of lines) {
    const column = columnOf(source, line)
    const cell = cells.get(column) ?? { lines: [], total: 0n }
    cells.set(column, { lines: [...cell.lines, i], total: sum([cell.total, fenOf(line.amount)]) })
  }
  return cells
}

/** The head of a source and one row a department, in the order in which they first appear; `named`
 * are departments that were typed and have no line yet. */
export function rowsOf(dossier: Dossier, source: FundSource, named: readonly string[] = []): MatrixRow[] {
  const lines = linesOf(dossier, source).map((line, i) => ({ line, i }))
  const departments = [...new Set([...lines.map(({ line }) => line.department ?? null), ...named])]
  const plain = departments.every((d) => d === null) && (source === 'transitional' || source === 'collaboration')
  const head = { source, head: true, edits: plain, department: null, cells: cellsOf(source, lines), total: totalOf(dossier, source) }
  if (plain) return [head]
  const rows = departments.map((department) => {
    const own = lines.filter(({ line }) => (line.department ?? null) === department)
    return { source, head: false, edits: true, department, cells: cellsOf(source, own), total: sum(own.map(({ line }) => fenOf(line.amount))) }
  })
  return [head, ...rows]
}

export function columnTotal(dossier: Dossier, source: FundSource, level: string): Fen | null {
  const lines = linesOf(dossier, source).filter((l) => levelOf(l) === level)
  return sum(lines.map((l) => fenOf(l.amount)))
}

/** Money of one source and level over all projects. */
export function projectTotal(projects: readonly Project[], source: string, level?: string): Fen | null {
  const funds = projects.flatMap((p) => p.funds ?? [])
  const own = funds.filter((f) => f.source === source && (level === undefined || f.level === level))
  return sum(own.map((f) => fenOf(f.amount)))
}

/** The lines of a source after one cell of the matrix was given another amount; undefined: no such line.
 * A cell of several lines has no amount of its own: each is edited where they are listed. */
export function withCell(
  source: FundSource,
  lines: readonly FundLine[],
  department: string | null,
  column: Column,
  amount: FundLine['amount'] | undefined,
): readonly FundLine[] {
  const own = lines.flatMap((l, i) => ((l.department ?? null) === department && columnOf(source, l) === column ? [i] : []))
  if (own.length > 1) return lines
  const [i] = own
  if (amount === undefined) return lines.filter((_, at) => at !== i)
  if (i !== undefined) return lines.map((l, at) => (at === i ? { ...l, amount } : l))
  const line: FundLine = { amount }
  if (column !== 'unknown' && column !== 'all') line.level = column
  if (department !== null) line.department = department
  return [...lines, line]
}

/** A rule whose fields are all of the funds: its figures are amounts. */
export const isOfFunds = (rule: Rule | undefined): boolean => Boolean(rule?.at.length) && rule!.at.every((p) => p.startsWith('/funds/'))
