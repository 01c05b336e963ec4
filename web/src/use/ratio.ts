// A ratio as text: cut, never rounded, with as many decimals as keep it off its threshold.
import type { Fen } from './money'

export interface Share {
  num: bigint
  den: bigint
}

/** "0.5" → 5/10. */
export function shareOf(decimal: string | number): Share {
  const [whole = '0', part = ''] = String(decimal).split('.')
  return { num: BigInt(whole + part), den: 10n ** BigInt(part.length) }
}

const MOST = 12

function decimals(num: bigint, den: bigint, places: number, up: bigint): bigint {
  return (num * 100n * 10n ** BigInt(places) + up) / den
}

/** Percent of part in whole; null where it cannot be reckoned. */
export function percent(part: Fen | null, whole: Fen | null, line?: Share): string | null {
  if (part === null || whole === null || whole === 0n) return null
  let places = 2
  if (line && part * line.den !== whole * line.num) {
    const hits = (n: number) =>
      decimals(part, whole, n, whole / 2n) * line.den === line.num * 100n * 10n ** BigInt(n)
    while (places < MOST && hits(places)) places += 1
  }
  const digits = decimals(part, whole, places, 0n).toString().padStart(places + 1, '0')
  return `${digits.slice(0, -places)}.${digits.slice(-places)} %`
}

/** part − whole × line, in 分, rounded away from zero: how much is over, or (negative) lacking. */
export function margin(part: Fen | null, whole: Fen | null, line: Share): Fen | null {
  if (part === null || whole === null) return null
  const exact = part * line.den - whole * line.num
  const rest = exact % line.den
  return exact / line.den - (rest < 0n ? 1n : 0n)
}

/** Tenths of a percent between 0 and 1000, for the length of a bar. */
export function permille(part: Fen | null, whole: Fen | null): number {
  if (part === null || whole === null || whole === 0n) return 0
  const share = (part * 1000n) / whole
  return share > 1000n ? 1000 : Number(share)
}
