// Words and widths of the flow bar.
import type { Step } from '../../api/types'
import { language, say, t, type TextKey } from '../../texts'
import { seatText } from '../session/seat'
import { daysTo, shortDay, shortTime } from '../../use/when'

export interface Block {
  key: string
  state: Step['state']
  x: number
  width: number
  title: string
  desk: string
  note: string
}

const DONE = 150
const NEXT = 170
const LATER = 140
const CURRENT_LEAST = 400
const FOLD_OVER = 8

const ROOM = 40
const MOST_BY_WORDS = 260
const WIDE_SIGN = /[\u1100-\uffff]/

/** About how wide a text is drawn: a Chinese sign is as wide as the letters are high, a Latin one half. */
const drawn = (text: string, size: number) => [...text].reduce((all, c) => all + (WIDE_SIGN.test(c) ? size : size * 0.56), 0)

/** A text that is too wide for its room ends in an ellipsis, never in the middle of a sign. */
function fit(text: string, size: number, room: number): string {
  if (drawn(text, size) <= room) return text
  let kept = [...text]
  while (kept.length && drawn(`${kept.join('')}…`, size) > room) kept = kept.slice(0, -1)
  return `${kept.join('').trimEnd()}…`
}

const comma = () => (language.value === 'en' ? ', ' : '，')

/** "乡村振兴局 已签，财政局 待签" for joint signers; else the organs of which one acts, with the seat. */
export function deskOf(step: Step): string {
  if (step.who.length > 1 && !step.joint) return step.who.map((w) => w.organ).filter(Boolean).join(' / ')
  if (step.who.length > 1)
    return step.who.map((w) => t(w.at ? 'process.signed' : 'process.toSign', { organ: w.organ ?? '' })).join(comma())
  const [who] = step.who
  return who ? [who.organ, who.delegate ?? seatText(who.seat)].filter(Boolean).join(' · ') : ''
}

/** Kinds of organ are short and enough: the level stands in the step's name. */
export const whoOf = (step: Step) => step.who.map((w) => kindText(w)).filter(Boolean).join(language.value === 'en' ? ', ' : '、')

const KINDS = new Set(['rural', 'finance', 'government', 'department', 'committee', 'experts', 'administration'])
const kindText = (who: Step['who'][number]) => (KINDS.has(who.organ_kind) ? t(`kind.${who.organ_kind}` as TextKey) : (who.organ ?? ''))

/** "自 11-18 09:12 起，第 6 天 · 本步期限 11-23". */
export function sinceOf(step: Step): string {
  if (step.state !== 'current') return ''
  const since = step.since ? t('process.since', { at: shortTime(step.since), n: step.day ?? 1 }) : ''
  const until = step.deadline ? t('process.deadline', { at: shortTime(step.deadline) }) : ''
  return [since, until].filter(Boolean).join(' · ')
}

export function lateDays(step: Step | undefined): number {
  const days = daysTo(step?.deadline)
  return days !== null && days < 0 ? -days : 0
}

function noteOf(step: Step): string {
  if (step.state === 'current') return sinceOf(step)
  if (step.state === 'done') {
    const last = step.who.map((w) => w.at).filter(Boolean).sort().pop()
    return [whoOf(step), last ? shortDay(last) : ''].filter(Boolean).join(' · ')
  }
  return step.deadline ? shortDay(step.deadline) : whoOf(step)
}

const LEAST: Record<Step['state'], number> = { done: DONE, current: CURRENT_LEAST, next: NEXT, later: LATER, skipped: LATER }

const titleOf = (step: Step) => (step.state === 'next' ? `${t('process.next')} ${say(step)}` : say(step))

/** Wide enough for the title, so that English is not cut where later steps can fold instead. */
const leastOf = (step: Step) =>
  step.state === 'current' ? LEAST.current : Math.min(MOST_BY_WORDS, Math.max(LEAST[step.state], drawn(titleOf(step), 14) + ROOM))

/** Blocks from left to right; where the room is short, done steps fold into one, and as many of the
 * last later steps as must. */
export function layout(steps: Step[], width: number): Block[] {
  const need = (list: Step[]) => list.reduce((all, s) => all + leastOf(s), 0)
  let list = steps
  if (list.length > FOLD_OVER || need(list) > width) list = fold(list, 'done', 0)
  const open = list
  const later = open.filter((s) => s.state === 'later').length
  for (let kept = later - 2; kept >= 0 && need(list) > width; kept -= 1) list = fold(open, 'later', kept)
  const wide = list.some((s) => s.state === 'current') ? 'current' : 'done'
  const spare = Math.max(0, width - need(list)) / Math.max(1, list.filter((s) => s.state === wide).length)
  let x = 0
  return list.map((step) => {
    const size = leastOf(step) + (step.state === wide ? spare : 0)
    const room = size - ROOM
    const now = step.state === 'current'
    const title = now ? titleOf(step) : fit(titleOf(step), 14, room)
    const desk = fit(deskOf(step), 14, room - drawn(title, 14) - 30)
    const block = { key: step.key, state: step.state, x, width: size, title, desk, note: fit(noteOf(step), 12, room) }
    x += size
    return block
  })
}

/** All steps of a state but the first `kept` of them as one block. */
function fold(steps: Step[], state: 'done' | 'later', kept: number): Step[] {
  const some = steps.filter((s) => s.state === state).slice(kept)
  if (some.length < 2) return steps
  const word = t(state === 'done' ? 'process.foldDone' : 'process.foldLater', { n: some.length })
  const one: Step = { ...some[0]!, key: `fold-${state}`, zh: word, en: word, who: [], deadline: null }
  return steps.flatMap((s) => (s === some[0] ? [one] : some.includes(s) ? [] : [s]))
}
