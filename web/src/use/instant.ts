// What a field of day and time gives, as an instant of China Standard Time, and back.
export const instantOf = (local: string) => `${local.length === 16 ? `${local}:00` : local}+08:00`

/** "2022-12-16T18:00" for a field; empty where there is none. */
export function localOf(instant: string | null | undefined): string {
  const ms = instant ? Date.parse(instant) : NaN
  return Number.isNaN(ms) ? '' : new Date(ms + 8 * 3_600_000).toISOString().slice(0, 16)
}
