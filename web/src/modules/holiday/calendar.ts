// A year as months of weeks: what each day is, by the week and by what was given out for it.
import type { Holiday, NewHoliday } from '../../api/types'
import { cellsOf, readDate, readYes } from '../../use/paste'
import { narrow } from '../../use/money'

export type Kind = 'work' | 'weekend' | 'off' | 'swapped'

export interface CalendarDay {
  iso: string
  number: number
  weekday: number // 1 = Monday
  kind: Kind
  row: Holiday | null
}

export interface Month {
  month: number
  weeks: (CalendarDay | null)[][]
  working: number
}

export const isWorking = (d: CalendarDay) => d.kind === 'work' || d.kind === 'swapped'
export const weekdayOf = (iso: string) => new Date(`${iso}T00:00:00Z`).getUTCDay() || 7
export const dayAfter = (iso: string, days: number) => new Date(Date.parse(`${iso}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10)
/** Whether the week alone says so, and nothing can be arranged. */
export const isByWeek = (iso: string, work: boolean) => weekdayOf(iso) > 5 !== work

function dayOf(iso: string, row: Holiday | null): CalendarDay {
  const weekday = weekdayOf(iso)
  const usual: Kind = weekday > 5 ? 'weekend' : 'work'
  return { iso, number: Number(iso.slice(8)), weekday, kind: row ? (row.work ? 'swapped' : 'off') : usual, row }
}

export function monthsOf(year: number, rows: readonly Holiday[]): Month[] {
  const found = new Map(rows.map((r) => [r.day, r]))
  return Array.from({ length: 12 }, (_, i) => {
    const first = `${year}-${String(i + 1).padStart(2, '0')}-01`
    const days: CalendarDay[] = []
    for (let iso = first; iso.slice(0, 7) === first.slice(0, 7); iso = dayAfter(iso, 1)) days.push(dayOf(iso, found.get(iso) ?? null))
    const cells = [...Array<null>(weekdayOf(first) - 1).fill(null), ...days]
    while (cells.length % 7) cells.push(null)
    const weeks = Array.from({ length: cells.length / 7 }, (_, w) => cells.slice(w * 7, w * 7 + 7))
    return { month: i + 1, weeks, working: days.filter(isWorking).length }
  })
}

/** "1–3, 5": days of one month, those that follow each other drawn together. */
export function spans(days: readonly number[]): string {
  const parts: number[][] = []
  for (const d of days) {
    const last = parts[parts.length - 1]
    if (last && last[last.length - 1] === d - 1) last.push(d)
    else parts.push([d])
  }
  return parts.map((p) => (p.length > 1 ? `${p[0]}–${p[p.length - 1]}` : `${p[0]}`)).join(', ')
}

/** "1/30–31, 2/1": by month. */
export function daysText(rows: readonly Holiday[]): string {
  const months = new Map<number, number[]>()
  for (const r of rows) {
    const month = Number(r.day.slice(5, 7))
    months.set(month, [...(months.get(month) ?? []), Number(r.day.slice(8))])
  }
  return [...months].map(([month, days]) => `${month}/${spans(days)}`).join(', ')
}

export interface HolidayGroup {
  name: string
  off: Holiday[]
  swapped: Holiday[]
  sure: boolean
  source: string
}

export function groupsOf(rows: readonly Holiday[]): HolidayGroup[] {
  return [...new Set(rows.map((r) => r.name))].map((name) => {
    const own = rows.filter((r) => r.name === name)
    const sources = [...new Set(own.map((r) => r.source).filter(Boolean))]
    return { name, off: own.filter((r) => !r.work), swapped: own.filter((r) => r.work), sure: own.every((r) => r.sure), source: sources.join('、') }
  })
}

export type Fault = 'day' | 'kind' | 'name' | 'week' | 'twice'

export interface PastedDay {
  line: number
  typed: string[]
  row: NewHoliday | null
  fault: Fault | null
}

const OFF = new Set(['休', '放假', '休息', '假', 'off', 'holiday'])
const WORK = new Set(['班', '上班', '调休上班', '补班', 'work', 'worked'])

function readWork(typed: string): boolean | null {
  const text = narrow(typed).toLowerCase()
  return OFF.has(text) ? false : WORK.has(text) ? true : null
}

/** Lines of day, off or worked, holiday, and where known verified and the document's number. */
export function readPasted(clipboard: string): PastedDay[] {
  const lines = cellsOf(clipboard).filter((cells, i) => i > 0 || readDate(cells[0] ?? '') !== null || readWork(cells[1] ?? '') !== null)
  const seen = new Set<string>()
  return lines.map((typed, i) => {
    const [first = '', second = '', name = '', sure = '', source = ''] = typed
    const day = readDate(first)
    const work = readWork(second)
    const fault = !day ? 'day' : work === null ? 'kind' : !name || name.length > 40 ? 'name' : isByWeek(day, work) ? 'week' : seen.has(day) ? 'twice' : null
    if (day) seen.add(day)
    const row = fault ? null : { day: day!, work: work!, name, sure: readYes(sure) ?? false, source: source || null }
    return { line: i + 1, typed, row, fault }
  })
}
