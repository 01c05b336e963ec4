// A block from a spreadsheet as the clipboard gives it, and its cells as the values of the dossier.
import { narrow } from './money'

/** Tab and line separated cells; a quoted cell may hold both, and "" for a quote. */
export function cellsOf(clipboard: string): string[][] {
  const rows: string[][] = [[]]
  let cell = ''
  let quoted = false
  const endCell = () => {
    rows[rows.length - 1]!.push(cell)
    cell = ''
  }
  const text = clipboard.replace(/\r\n?/g, '\n')
  for (let i = 0; i < text.length; i += 1) {
    const c = text[i]!
    if (quoted && c === '"' && text[i + 1] === '"') {
      cell += c
      i += 1
    } else if (c === '"' && (quoted || cell === '')) quoted = !quoted
    else if (c === '\t' && !quoted) endCell()
    else if (c === '\n' && !quoted) {
      endCell()
      rows.push([])
    } else cell += c
  }
  endCell()
  return rows.map((row) => row.map((one) => one.trim())).filter((row) => row.some((one) => one !== ''))
}

/** "2023年6月1日", "2023/6/1", "20230601" → "2023-06-01"; null where it is no real day. */
export function readDate(typed: string): string | null {
  const text = narrow(typed)
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
  const text = narrow(typed).replace(/,/g, '')
  return /^\d{1,9}$/.test(text) ? Number(text) : null
}
