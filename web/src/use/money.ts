// Amounts are exact: 万元 as the user writes it, 分 as a BigInt inside. null is an unknown amount,
// and whatever is summed with an unknown is unknown.
export type Fen = bigint
export type Amount = string | number | null | undefined
export type AmountFault = 'not_number' | 'commas' | 'negative' | 'decimals' | 'too_long'

const FEN_PER_WAN = 1_000_000n
const WIDE = /[！-～]/g

/** Full-width digits and signs as their narrow twins; ideographic spaces as spaces. */
export function narrow(text: string): string {
  return text
    .replace(WIDE, (c) => String.fromCharCode(c.charCodeAt(0) - 0xfee0))
    .replace(/[\u3000\u00a0]/g, ' ')
    .trim()
}

/** Without the commas that part thousands; null where one stands elsewhere: "1,00,5" may mean anything. */
export function ungrouped(text: string): string | null {
  if (!text.includes(',')) return text
  return /^\d{1,3}(,\d{3})+(\.[^,]*)?$/.test(text) ? text.replace(/,/g, '') : null
}

/** 分 of a stored amount; null where it is unknown. */
export function fenOf(amount: Amount): Fen | null {
  if (amount === null || amount === undefined || amount === '') return null
  const match = /^(\d+)(?:\.(\d{1,6}))?$/.exec(String(amount))
  if (!match) return null
  return BigInt(match[1]!) * FEN_PER_WAN + BigInt((match[2] ?? '').padEnd(6, '0'))
}

/** What the user typed, as the text that is stored, or why it is no amount. */
export function readAmount(typed: string): { text: string } | { fault: AmountFault } {
  const written = narrow(typed).replace(/\s/g, '').replace(/万元$/, '')
  if (/^-/.test(written)) return { fault: 'negative' }
  const text = ungrouped(written)
  if (text === null) return { fault: 'commas' }
  const match = /^(\d*)(?:\.(\d*))?$/.exec(text)
  if (!match || !/\d/.test(text)) return { fault: 'not_number' }
  const whole = (match[1] ?? '').replace(/^0+(?=\d)/, '') || '0'
  const part = (match[2] ?? '').replace(/0+$/, '')
  if (part.length > 6) return { fault: 'decimals' }
  if (whole.length > 12) return { fault: 'too_long' }
  return { text: `${whole}.${part.padEnd(2, '0')}` }
}

export function sum(parts: readonly (Fen | null)[]): Fen | null {
  return parts.reduce<Fen | null>((all, one) => (all === null || one === null ? null : all + one), 0n)
}

function grouped(whole: bigint): string {
  return whole.toString().replace(/\B(?=(\d{3})+$)/g, ',')
}

/** 万元: two decimals, up to six where they are not zero; "?" for an unknown. */
export function wan(fen: Fen | null, signed = false): string {
  if (fen === null) return '?'
  const size = fen < 0n ? -fen : fen
  const part = (size % FEN_PER_WAN).toString().padStart(6, '0').replace(/0{1,4}$/, '')
  const sign = fen < 0n ? '−' : signed && fen > 0n ? '＋' : ''
  return `${sign}${grouped(size / FEN_PER_WAN)}.${part}`
}

/** 元 with two decimals, for the line under a focused field. */
export function yuan(fen: Fen): string {
  return `${grouped(fen / 100n)}.${(fen % 100n).toString().padStart(2, '0')}`
}
