// The fund lines of a dossier as a matrix of source × level, and its exact totals.
import type { Dossier, FundLine, FundSource, Project } from '../../api/types'
import { fenOf, sum, type Fen } from '../../use/money'

export const LEVELS = ['central', 'province', 'city', 'county'] as const
export type Level = (typeof LEVELS)[number]
export const SOURCES: readonly FundSource[] = ['transitional', 'integrated', 'collaboration', 'social']

export interface Cell {
  lines: number[]
  total: Fen | null
}

export interface MatrixRow {
  source: FundSource
  department: string | null
  cells: Map<string, Cell>
  total: Fen | null
}

export const linesOf = (dossier: Dossier, source: FundSource): FundLine[] => dossier.funds?.[source] ?? []

/** Unknown where the list itself is absent: nobody has said that there is none. */
export function totalOf(dossier: Dossier, source: FundSource): Fen | null {
  const lines = dossier.funds?.[source]
  return lines ? sum(lines.map((l) => fenOf(l.amount))) : null
}

export const levelOf = (line: FundLine): string => line.level ?? 'unknown'

/** One row a department, in the order in which they first appear. */
export function rowsOf(dossier: Dossier, source: FundSource): MatrixRow[] {
  const lines = linesOf(dossier, source)
  const departments = [...new Set(lines.map((l) => l.department ?? null))]
  return departments.map((department) => {
    const own = lines.map((line, i) => ({ line, i })).filter(({ line }) => (line.department ?? null) === department)
    const cells = new Map<string, Cell>()
    for (const { line, i } of own) {
      const cell = cells.get(levelOf(line)) ?? { lines: [], total: 0n }
      cells.set(levelOf(line), {
        lines: [...cell.lines, i],
        total: sum([cell.total, fenOf(line.amount)]),
      })
    }
    return { source, department, cells, total: sum(own.map(({ line }) => fenOf(line.amount))) }
  })
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

/** The lines of a source after one cell of the matrix was given another amount; undefined: no such line. */
export function withCell(
  lines: readonly FundLine[],
  department: string | null,
  level: string,
  amount: FundLine['amount'] | undefined,
): FundLine[] {
  const i = lines.findIndex((l) => (l.department ?? null) === department && levelOf(l) === level)
  if (amount === undefined) return lines.filter((_, at) => at !== i)
  if (i >= 0) return lines.map((l, at) => (at === i ? { ...l, amount } : l))
  const line: FundLine = { amount }
  if (level !== 'unknown') line.level = level
  if (department !== null) line.department = department
  return [...lines, line]
}
