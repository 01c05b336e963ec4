// The rows of the comparison: what each says of a candidate, and which is the highest.
import type { CandidateRow, Dossier, FundLine, Result } from '../../api/types'
import { language, t, type TextKey } from '../../texts'
import { groupOf, type Group } from '../../ui/states'
import { fenOf, sum, wan, type Fen } from '../../use/money'
import { linesOf, totalOf } from '../zone/funds'

export interface Figure {
  text: string
  /** What is compared for 最高; null where it is not known, undefined where nothing is. */
  size?: bigint | null
  part?: Fen | null
  whole?: Fen | null
}

export interface Row {
  /** Which rule judges it the pack says (its comparison). */
  key: string
  text: TextKey
  of: (dossier: Dossier) => Figure
}

export interface Section {
  text: TextKey
  money: boolean
  rows: Row[]
}

const ABOVE = new Set(['central', 'province'])
const amountOf = (lines: FundLine[]) => sum(lines.map((l) => fenOf(l.amount)))
const money = (fen: Fen | null): Figure => ({ text: wan(fen), size: fen })
const unknown: Figure = { text: '?', size: null }
const percent = (part: number, whole: number) => (whole ? ` · ${Math.floor((part * 100) / whole)} %` : '')

function byLevel(dossier: Dossier, above: boolean): Figure {
  const lines = linesOf(dossier, 'transitional')
  if (!dossier.funds?.transitional || lines.some((l) => !l.level)) return unknown
  return money(amountOf(lines.filter((l) => ABOVE.has(l.level!) === above)))
}

function households(dossier: Dossier): Figure {
  const all = (dossier.plan?.projects ?? []).flatMap((p) => (p.benefit ? [p.benefit] : []))
  const count = (pick: (b: (typeof all)[number]) => number | null | undefined) => all.reduce((n, b) => n + (pick(b) ?? 0), 0)
  const some = count((b) => b.households)
  return { text: t('recommendation.households', { n: some, poor: count((b) => b.poverty_households) }), size: BigInt(some) }
}

const stationed = (d: Dossier): Figure => {
  const all = d.villages?.length
  const some = d.organisation?.stationed_villages
  if (all === undefined || some === null || some === undefined) return unknown
  return { text: `${some} / ${all}${percent(some, all)}`, size: all ? BigInt(Math.round((some * 10000) / all)) : 0n }
}

const FITTING = new Set(['cluster', 'feature'])

export const SECTIONS: readonly Section[] = [
  {
    text: 'recommendation.funds',
    money: true,
    rows: [
      { key: 'transitional', text: 'recommendation.transitional', of: (d) => money(totalOf(d, 'transitional')) },
      { key: 'from_above', text: 'recommendation.fromAbove', of: (d) => ({ ...byLevel(d, true), size: undefined }) },
      { key: 'from_below', text: 'recommendation.fromBelow', of: (d) => byLevel(d, false) },
      {
        key: 'ratio',
        text: 'recommendation.ratio',
        of: (d) => ({ text: '', part: totalOf(d, 'integrated'), whole: totalOf(d, 'transitional') }),
      },
      { key: 'social', text: 'recommendation.social', of: (d) => money(totalOf(d, 'social')) },
    ],
  },
  {
    text: 'recommendation.places',
    money: false,
    rows: [
      {
        key: 'villages',
        text: 'recommendation.villages',
        of: (d) => (d.villages ? { text: t('zone.count', { n: d.villages.length }), size: BigInt(d.villages.length) } : unknown),
      },
      {
        key: 'types',
        text: 'recommendation.types',
        of: (d) => (d.villages ? { text: `${d.villages.filter((v) => FITTING.has(v.type ?? '')).length} / ${d.villages.length}` } : { text: '?' }),
      },
      { key: 'stationed', text: 'recommendation.stationed', of: stationed },
      {
        key: 'industries',
        text: 'recommendation.industries',
        of: (d) => ({ text: (d.industries ?? []).map((i) => i.name).join(language.value === 'en' ? ', ' : '、') || '?' }),
      },
      {
        key: 'term',
        text: 'recommendation.term',
        of: (d) => ({ text: d.plan?.start && d.plan.end ? t('recommendation.fromTo', { from: d.plan.start.slice(0, 7), to: d.plan.end.slice(0, 7) }) : '?' }),
      },
      { key: 'linked', text: 'recommendation.linked', of: households },
    ],
  },
]

const resultOf = (candidate: CandidateRow, rule: string | undefined): Result | undefined =>
  candidate.check.results.find((r) => r.rule === rule)

/** What the rule asks of this candidate, which differs by its class; null where it asks for no figure. */
export function askedOf(candidate: CandidateRow, rule: string | undefined, money: boolean): string | null {
  const result = resultOf(candidate, rule)
  const asked = result?.status === 'not_applicable' ? undefined : result?.values['要求']
  if (typeof asked !== 'string' && typeof asked !== 'number') return null
  return money ? wan(fenOf(String(asked))) : String(asked)
}

/** The state of a rule for a candidate; nothing where it is met or does not apply. */
export function stateOf(candidate: CandidateRow, rule: string | undefined): Group | null {
  const result = resultOf(candidate, rule)
  if (!result) return null
  const group = groupOf(result, candidate.check)
  return group === 'ok' || group === 'none' ? null : group
}

/** True where it is the highest of several that differ. */
export function isHighest(figure: Figure, all: readonly Figure[]): boolean {
  const sizes = all.flatMap((f) => (f.size === null || f.size === undefined ? [] : [f.size]))
  if (figure.size === null || figure.size === undefined || sizes.length < 2) return false
  const most = sizes.reduce((a, b) => (b > a ? b : a))
  return figure.size === most && sizes.filter((s) => s === most).length === 1
}
