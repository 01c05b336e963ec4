// A block from a spreadsheet as the clipboard gives it, and its cells as the values of the dossier.
import { narrow, ungrouped } from './money'

/** A spreadsheet quotes a cell where it holds a tab, a line or (then doubled) quotes; any other quote
 * is one that somebody typed. */
const QUOTED = /"((?:[^"]|"")*)"(?=\t|\n|$)/y

/** Tab and line separated cells. */
export function cellsOf(clipboard: string): string[][] {
  const text = clipboard.replace(/\r\n?/g, '\n')
  const rows: string[][] = [[]]
  for (let at = 0; at <= text.length; ) {
    QUOTED.lastIndex = at
    const quoted = QUOTED.exec(text)
    const plain = /[^\t\n]*/y
    plain.lastIndex = at
    const typed = plain.exec(text)![0]
    const whole = quoted && /[\t\n]|""/.test(quoted[1]!)
    rows[rows.length - 1]!.push((whole ? quoted[1]!.replace(/""/g, '"') : typed).trim())
    at += (whole ? quoted[0] : typed).length
    if (text[at] === '\n') rows.push([])
    at += 1
  }
  return rows.filter((row) => row.some((one) => one !== ''))
}

const TOTAL = /^(合计|总计|小计|共计|累计|本页小计|本页合计|全县合计|total|sum)[:：]?$/i

/** A line of totals counts what stands above it once more. */
export const isTotal = (row: readonly string[]) => row.some((cell) => TOTAL.test(narrow(cell).replace(/\s/g, '')))

/** A line that names the columns: words alone, and most of them end in the name of one. */
export function isHeading(row: readonly string[], names: readonly string[]): boolean {
  const bare = (text: string) => narrow(text).replace(/\(.*?\)|[\s·._/-]/g, '')
  const cells = row.map(bare).filter(Boolean)
  const known = names.map(bare).filter(Boolean)
  const named = cells.filter((cell) => known.some((name) => cell.endsWith(name)))
  return cells.length > 0 && !cells.some((cell) => /\d/.test(cell)) && 2 * named.length > cells.length
}

/** "2023年6月1日", "2023/6/1", "20230601", with a midnight behind it → "2023-06-01"; null where it is no real day. */
export function readDate(typed: string): string | null {
  const text = narrow(typed).replace(/ 0{1,2}:00(:00(\.0+)?)?$/, '')
  const match =
    /^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?$/.exec(text) ?? /^(\d{4})(\d{2})(\d{2})$/.exec(text)
  if (!match) return null
  const [year, month, day] = match.slice(1).map(Number) as [number, number, number]
  const date = new Date(Date.UTC(year, month - 1, day))
  const real = date.getUTCMonth() === month - 1 && date.getUTCDate() === day
  return real && year >= 1900 && year <= 2200 ? date.toISOString().slice(0, 10) : null
}

const YES = new Set(['是', '有', '√', 'y', 'yes', 'true', '1'])
const NO = new Set(['否', '无', '×', 'n', 'no', 'false', '0'])

export function readYes(typed: string): boolean | null {
  const text = narrow(typed).toLowerCase()
  if (YES.has(text)) return true
  return NO.has(text) ? false : null
}

export interface Choice {
  value: string
  zh: string
  en: string
}

/** The value whose own text or label this is. */
export function readChoice(typed: string, choices: readonly Choice[]): string | null {
  const text = narrow(typed).toLowerCase()
  const found = choices.find((c) => [c.value, c.zh, c.en].some((t) => t.toLowerCase() === text))
  return found ? found.value : null
}

export function readCount(typed: string): number | null {
  const text = ungrouped(narrow(typed)) ?? ''
  return /^\d{1,9}$/.test(text) ? Number(text) : null
}
