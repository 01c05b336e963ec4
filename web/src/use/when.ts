// Days and times as the pages write them.
import { onScopeDispose, ref } from 'vue'
import { language } from '../texts'

const two = (n: number) => String(n).padStart(2, '0')

/** "11-18", or "2021-11-18" in another year than today's. */
export function shortDay(iso: string | null | undefined): string {
  const d = dateOf(iso)
  if (!d) return '—'
  const day = `${two(d.getMonth() + 1)}-${two(d.getDate())}`
  return d.getFullYear() === new Date().getFullYear() ? day : `${d.getFullYear()}-${day}`
}

/** "11-18 09:12". */
export function shortTime(iso: string | null | undefined): string {
  const d = dateOf(iso)
  return d ? `${shortDay(iso)} ${two(d.getHours())}:${two(d.getMinutes())}` : '—'
}

export function clock(iso: string | null | undefined, seconds = false): string {
  const d = dateOf(iso)
  if (!d) return '—'
  return `${two(d.getHours())}:${two(d.getMinutes())}${seconds ? `:${two(d.getSeconds())}` : ''}`
}

/** Whole days from today to that day; negative when it has passed. */
export function daysTo(iso: string | null | undefined): number | null {
  const d = dateOf(iso)
  if (!d) return null
  const day = (x: Date) => Date.UTC(x.getFullYear(), x.getMonth(), x.getDate())
  return Math.round((day(d) - day(new Date())) / 86_400_000)
}

export function today(): string {
  const tag = language.value === 'en' ? 'en-GB' : 'zh-CN'
  return new Intl.DateTimeFormat(tag, { dateStyle: 'full' }).format(new Date())
}

/** A bare day is local midnight, not that of Greenwich. */
function dateOf(iso: string | null | undefined): Date | null {
  if (!iso) return null
  const d = new Date(/^\d{4}-\d{2}-\d{2}$/.test(iso) ? `${iso}T00:00:00` : iso)
  return Number.isNaN(d.getTime()) ? null : d
}

/** Seconds since the component was made. */
export function useSeconds() {
  const seconds = ref(0)
  const timer = setInterval(() => (seconds.value += 1), 1000)
  onScopeDispose(() => clearInterval(timer))
  return seconds
}
