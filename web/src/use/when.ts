// Days and times as the pages write them: China Standard Time, always.
import { onScopeDispose, ref } from 'vue'
import { language } from '../texts'

const two = (n: number) => String(n).padStart(2, '0')
const DAY_MS = 86_400_000
const CST_MS = 8 * 3_600_000

/** Shifted so that its UTC parts are those of China Standard Time, wherever the browser stands. */
const inChina = (ms: number) => new Date(ms + CST_MS)

/** "11-18", or "2021-11-18" in another year than today's. */
export function shortDay(iso: string | null | undefined): string {
  const d = dateOf(iso)
  if (!d) return '—'
  const day = `${two(d.getUTCMonth() + 1)}-${two(d.getUTCDate())}`
  return d.getUTCFullYear() === inChina(Date.now()).getUTCFullYear() ? day : `${d.getUTCFullYear()}-${day}`
}

/** "2021-11-18", whatever year it is: for records that are read years later. */
export function fullDay(iso: string | null | undefined): string {
  const d = dateOf(iso)
  return d ? `${d.getUTCFullYear()}-${two(d.getUTCMonth() + 1)}-${two(d.getUTCDate())}` : '—'
}

/** "11-18 09:12". */
export function shortTime(iso: string | null | undefined): string {
  return dateOf(iso) ? `${shortDay(iso)} ${clock(iso)}` : '—'
}

export function clock(iso: string | null | undefined, seconds = false): string {
  const d = dateOf(iso)
  if (!d) return '—'
  return `${two(d.getUTCHours())}:${two(d.getUTCMinutes())}${seconds ? `:${two(d.getUTCSeconds())}` : ''}`
}

/** Whole days from today to that day; negative when it has passed. */
export function daysTo(iso: string | null | undefined): number | null {
  const d = dateOf(iso)
  if (!d) return null
  const day = (x: Date) => Math.floor(x.getTime() / DAY_MS)
  return day(d) - day(inChina(Date.now()))
}

/** So many calendar days after a day, "2023-02-01". */
export function dayAfter(day: string, days: number): string {
  return fullDay(new Date(Date.parse(`${day}T00:00:00+08:00`) + days * DAY_MS).toISOString())
}

export function today(): string {
  const tag = language.value === 'en' ? 'en-GB' : 'zh-CN'
  return new Intl.DateTimeFormat(tag, { dateStyle: 'full', timeZone: 'Asia/Shanghai' }).format(new Date())
}

/** A bare day begins at midnight in China. */
function dateOf(iso: string | null | undefined): Date | null {
  if (!iso) return null
  const ms = Date.parse(/^\d{4}-\d{2}-\d{2}$/.test(iso) ? `${iso}T00:00:00+08:00` : iso)
  return Number.isNaN(ms) ? null : inChina(ms)
}

/** Seconds since the component was made. */
export function useSeconds() {
  const seconds = ref(0)
  const timer = setInterval(() => (seconds.value += 1), 1000)
  onScopeDispose(() => clearInterval(timer))
  return seconds
}
