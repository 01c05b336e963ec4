// The columns of the project grid: each reads what is typed or pasted, or says why it cannot.
import type { Project } from '../../api/types'
import { language, t } from '../../texts'
import { at, put, type Json } from '../../use/diff'
import { fenOf, inUnit, readAmount } from '../../use/money'
import { readChoice, readCount, readDate, readYes, type Choice } from '../../use/paste'
import type { Pack, PackField } from '../pack/pack'

export interface Column {
  key: string
  pointer: string
  title: string
  /** By which a pasted heading may name it. */
  label: string
  width: number
  choices?: Choice[]
  show(project: Project): string
  read(text: string): { value: Json | undefined } | { fault: string }
}

type Kind = 'text' | 'choice' | 'date' | 'yes' | 'count' | 'money' | 'words'

const SHAPE: readonly [pointer: string, kind: Kind, width: number][] = [
  ['/id', 'text', 70],
  ['/name', 'text', 180],
  ['/area', 'choice', 100],
  ['/kind', 'choice', 100],
  ['/content', 'text', 220],
  ['/department', 'text', 120],
  ['/deadline', 'date', 110],
  ['/funds/0/source', 'choice', 110],
  ['/funds/0/level', 'choice', 80],
  ['/funds/0/amount', 'money', 110],
  ['/uses', 'words', 130],
  ['/mode', 'choice', 100],
  ['/needs_land', 'yes', 80],
  ['/land_quota', 'text', 140],
  ['/benefit/mode', 'text', 140],
  ['/benefit/households', 'count', 80],
  ['/benefit/poverty_households', 'count', 90],
  ['/benefit/income', 'money', 90],
  ['/dividend_only', 'yes', 90],
  ['/serves', 'text', 90],
  ['/local_produce', 'yes', 90],
  ['/gap/village', 'text', 130],
  ['/gap/item', 'choice', 100],
]

export const ROOT = '/plan/projects'
export const FUND_COLUMNS = new Set(['/funds/0/source', '/funds/0/level', '/funds/0/amount'])

const SEPARATOR = /[、,，;；\n]+/

function shown(kind: Kind, value: Json | undefined, choices: Choice[], unit?: string | null): string {
  if (value === undefined || value === null) return ''
  if (kind === 'choice') return choices.find((c) => c.value === value)?.[language.value] ?? String(value)
  if (kind === 'yes') return t(value ? 'field.yes' : 'field.no')
  if (kind === 'money') return inUnit(fenOf(value as string, unit), unit ?? '万元')
  if (kind === 'words') return (value as string[]).map((w) => choices.find((c) => c.value === w)?.[language.value] ?? w).join('、')
  return String(value)
}

function readAs(kind: Kind, text: string, choices: Choice[], unit?: string | null): { value: Json | undefined } | { fault: string } {
  const found = <T extends Json>(value: T | null, fault: string) => (value === null ? { fault } : { value })
  if (kind === 'choice') {
    const names = choices.map((c) => c[language.value]).join(language.value === 'en' ? ', ' : '、')
    return found(readChoice(text, choices), t('field.notChoice', { names }))
  }
  if (kind === 'date') return found(readDate(text), t('field.notDate'))
  if (kind === 'yes') return found(readYes(text), t('field.notYes'))
  if (kind === 'count') return found(readCount(text), t('field.notCount'))
  if (kind === 'words') return { value: text.split(SEPARATOR).filter(Boolean).map((w) => readChoice(w, choices) ?? w) }
  if (kind !== 'money') return { value: text }
  if (text === '?' || text === '？') return { value: null }
  const read = readAmount(text, unit)
  return 'text' in read ? { value: read.text } : { fault: t(`money.${read.fault}`) }
}

const KINDS: Record<string, Kind> = { enum: 'choice', date: 'date', bool: 'yes', int: 'count', money: 'money', list: 'words' }
const WIDTH = 120

/** The fields of a project that a pack adds, those of objects one by one. */
export function addedFields(pack: Pack): { pointer: string; field: PackField }[] {
  const known = new Set(SHAPE.map(([pointer]) => pointer.replace('/0/', '/')))
  const below = (fields: PackField[], at: string): { pointer: string; field: PackField }[] =>
    fields.flatMap((f) => {
      const pointer = `${at}/${f.key}`
      if (f.fields) return f.type === 'object' ? below(f.fields, pointer) : []
      return known.has(pointer) ? [] : [{ pointer, field: f }]
    })
  return below(pack.field(ROOT)?.fields ?? [], '')
}

export function columnsOf(pack: Pack): Column[] {
  const there = SHAPE.filter(([pointer]) => pack.field(ROOT + pointer))
  const added = addedFields(pack).map(({ pointer, field }) => [pointer, KINDS[field.type] ?? 'text', WIDTH] as (typeof SHAPE)[number])
  return [...there, ...added].map(([pointer, kind, width]) => {
    const choices = pack.choices(ROOT + pointer)
    const parent = pointer.split('/').length > 2 ? `${pack.label(ROOT + pointer.replace(/\/(0\/)?[^/]+$/, ''))} ` : ''
    const unit = pack.unit(ROOT + pointer)
    const raw = pack.field(ROOT + pointer)?.unit
    return {
      key: pointer,
      pointer,
      title: `${parent}${pack.label(ROOT + pointer)}${unit ? ` (${unit})` : ''}`,
      label: pack.label(ROOT + pointer),
      width,
      choices: kind === 'choice' ? choices : kind === 'yes' ? yesChoices() : undefined,
      show: (project) => shown(kind, at(project as unknown as Json, pointer), choices, raw),
      read: (text) => (text.trim() === '' ? { value: undefined } : readAs(kind, text.trim(), choices, raw)),
    }
  })
}

const yesChoices = (): Choice[] =>
  (['yes', 'no'] as const).map((value) => ({ value, zh: t(`field.${value}`), en: t(`field.${value}`) }))

export const isLocked = (project: Project, c: Column) => FUND_COLUMNS.has(c.key) && (project.funds?.length ?? 0) > 1

/** Why the cell of a project cannot take this text; nothing where it can. */
export function refusalOf(projects: readonly Project[], row: number, c: Column, text: string): string {
  const project = projects[row]
  if (!project) return ''
  if (isLocked(project, c)) return t('project.manyFundsWhy', { n: project.funds!.length })
  const read = c.read(text)
  if ('fault' in read) return read.fault
  const id = text.trim()
  const taken = !id || projects.some((p, i) => i !== row && p.id === id)
  return c.key === '/id' && taken ? t('project.idTaken') : ''
}

/** A project with one column given another value; objects that become empty go. */
export function withValue(project: Project, pointer: string, value: Json | undefined): Project {
  if (pointer.startsWith('/funds/0/') && !project.funds?.length) {
    if (value === undefined) return project
    return { ...project, funds: [{ [pointer.slice(9)]: value } as never] }
  }
  const next = put(project as unknown as Json, pointer, value) as unknown as Project
  if (next.funds?.length === 1 && Object.keys(next.funds[0]!).length === 0) return { ...next, funds: [] }
  return next
}

export function freshId(projects: readonly Project[]): string {
  const ids = new Set(projects.map((p) => p.id))
  let n = projects.length + 1
  while (ids.has(`P${n}`)) n += 1
  return `P${n}`
}
