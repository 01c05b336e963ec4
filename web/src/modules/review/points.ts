// Points are whole hundredths of a 分, aggregates whole millionths; both are read and shown exactly.
import { narrow } from '../../use/money'

export type PointsFault = 'notPoints' | 'over' | 'step'

function decimal(value: number, digits: number): string {
  const text = String(Math.abs(value)).padStart(digits + 1, '0')
  const part = text.slice(-digits).replace(/0+$/, '')
  return `${text.slice(0, -digits)}${part ? `.${part}` : ''}`
}

const signOf = (value: number, signed: boolean) => (value < 0 ? '−' : signed && value > 0 ? '＋' : '')

/** "19.5"; a dash for what is not there. */
export const pointsText = (points: number | null | undefined, signed = false) =>
  points === null || points === undefined ? '—' : signOf(points, signed) + decimal(points, 2)

/** "68.166667"; trailing zeros are left out. */
export const microText = (micro: number | null | undefined, signed = false) =>
  micro === null || micro === undefined ? '—' : signOf(micro, signed) + decimal(micro, 6)

/** What was typed, as points, or why it is none. An empty field is "not yet given". */
export function readPoints(typed: string, max: number, step: number): { points: number | null } | { fault: PointsFault } {
  const text = narrow(typed).replace(/分$/, '').trim()
  if (text === '') return { points: null }
  const match = /^(\d{1,6})(?:\.(\d{1,2})0*)?$/.exec(text)
  if (!match) return { fault: 'notPoints' }
  const points = Number(match[1]) * 100 + Number((match[2] ?? '').padEnd(2, '0'))
  if (points > max) return { fault: 'over' }
  return points % step === 0 ? { points } : { fault: 'step' }
}

export interface Piece {
  text: string
  chip: boolean
}

const CHIP = /⟦([^⟧]*)⟧/g

/** A masked text as its plain pieces and its chips. */
export function piecesOf(text: string): Piece[] {
  return text
    .split(CHIP)
    .map((piece, i) => ({ text: piece, chip: i % 2 === 1 }))
    .filter((p) => p.text !== '')
}

/** A masked text without the marks, for names of controls. */
export const plainOf = (text: string | null | undefined) => (text ?? '').replace(CHIP, '$1')
