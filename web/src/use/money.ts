// Amounts are exact: 万元 or 元, as the field's unit says, in what the user writes; 分 as a BigInt
// inside. null is an unknown amount, and whatever is summed with an unknown is unknown.
export type Fen = bigint
export type Amount = string | number | null | undefined
export type AmountFault = 'not_number' | 'commas' | 'negative' | 'decimals' | 'too_long'

/** Of a field; whatever is not 元 is 万元. */
export type MoneyUnit = string | null | undefined
const DIGITS = 18 // of an amount in 分
/** Places behind the point, 分 being the last of them. */
const placesOf = (unit: MoneyUnit) => (unit === '元' ? 2 : 6)
export const limitsOf = (unit: MoneyUnit) => ({ places: placesOf(unit), digits: DIGITS - placesOf(unit) })
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
export function fenOf(amount: Amount, unit?: MoneyUnit): Fen | null {
  if (amount === null || amount === undefined || amount === '') return null
  const match = /^(\d+)(?:\.(\d+))?$/.exec(String(amount))
  const [whole, part] = [match?.[1], match?.[2] ?? '']
  if (!whole || part.length > placesOf(unit)) return null
  return BigInt(whole + part.padEnd(placesOf(unit), '0'))
}

/** What the user typed, as the text that is stored, or why it is no amount. */
export function readAmount(typed: string, unit?: MoneyUnit): { text: string } | { fault: AmountFault } {
  const written = narrow(typed).replace(/\s/g, '').replace(unit === '元' ? /元$/ : /万元$/, '')
  if (/^-/.test(written)) return { fault: 'negative' }
  const text = ungrouped(written)
  if (text === null) return { fault: 'commas' }
  const match = /^(\d*)(?:\.(\d*))?$/.exec(text)
  if (!match || !/\d/.test(text)) return { fault: 'not_number' }
  const whole = (match[1] ?? '').replace(/^0+(?=\d)/, '') || '0'
  const part = (match[2] ?? '').replace(/0+$/, '')
  if (part.length > placesOf(unit)) return { fault: 'decimals' }
  if (whole.length > DIGITS - placesOf(unit)) return { fault: 'too_long' }
  return { text: `${whole}.${part.padEnd(2, '0')}` }
}

export function sum(parts: readonly (Fen | null)[]): Fen | null {
  return parts.reduce<Fen | null>((all, one) => (all === null || one === null ? null : all + one), 0n)
}

function grouped(whole: bigint): string {
  return whole.toString().replace(/\B(?=(\d{3})+$)/g, ',')
}

/** Two decimals, in 万元 up to six where they are not zero; "?" for an unknown. */
export function inUnit(fen: Fen | null, unit: MoneyUnit, signed = false): string {
  if (fen === null) return '?'
  const places = placesOf(unit)
  const size = (fen < 0n ? -fen : fen).toString().padStart(places + 1, '0')
  const part = size.slice(-places).replace(/^(\d\d\d*?)0+$/, '$1')
  const sign = fen < 0n ? '−' : signed && fen > 0n ? '＋' : ''
  return `${sign}${grouped(BigInt(size.slice(0, -places)))}.${part}`
}

export const wan = (fen: Fen | null, signed = false) => inUnit(fen, '万元', signed)
export const yuan = (fen: Fen) => inUnit(fen, '元')
