// The policy pack as the pages use it: labels, units, help and choices of the fields, the rules
// and the clauses. Nothing here is copied into the texts of the web.
import { api } from '../../api'
import type { Modality, Said } from '../../api/types'
import { language, say, t, type TextKey } from '../../texts'
import type { Choice } from '../../use/paste'
import { pointerParts } from '../../use/diff'

interface Option extends Said {
  key: string
}

export interface PackField extends Said {
  key: string
  type: string
  unit?: string | null
  help?: Said
  part?: string
  required?: boolean
  /** Tells the rows of its table apart. */
  unique?: boolean
  long?: boolean
  max?: number
  pattern?: string
  options?: Option[]
  /** Usual words of a list that takes others too. */
  words?: Option[]
  fields?: PackField[]
}

export interface Rule extends Said {
  id: string
  modality: Modality
  clauses: string[]
  at: string[]
}

/** A flat list in the order of the notice; depth tells what stands below what. */
export interface Clause extends Said {
  id: string
  depth: number
  text?: string | null
}

export interface Parameter extends Said {
  key: string
  value: string | number
  unit: string | null
  clause: string
}

export interface PackStep extends Said {
  key: string
  level: string
  joint: string
  back: string[]
  needs?: { rules?: unknown; attachments?: unknown; minutes?: unknown }
  act?: { forward?: Said; back?: Said }
}

/** A page of the dossier. */
export type PackPart = Said & { key: string }

interface Raw {
  clauses: Clause[]
  /** Older packs name no parts: theirs have the names of their first fields. */
  dossier: { fields: PackField[]; parts?: PackPart[] }
  parameters: Parameter[]
  rules: Rule[]
  /** Older packs have none. */
  comparison?: { figure: string; rule: string }[]
  process: Process & { processes?: Process[] }
  /** What claims each role, by key or id. */
  roles: Record<string, string>
}

/** A pack holds several processes by subject; older ones hold that of the zone alone. */
interface Process {
  subject?: string
  steps?: PackStep[]
  ends?: (Said & { key: string })[]
}

export interface Pack {
  fields: PackField[]
  /** The pages of a dossier in order; the last two are the program's own. */
  parts: PackPart[]
  part(key: string | undefined): PackPart | undefined
  partText(key: string): string
  /** The first page, and the one of a field: the first where the field stands on none. */
  homeOf(pointer: string): string
  /** What tells the rows of tables apart, of all of them. */
  keys: readonly string[]
  rules: Map<string, Rule>
  parameters: Map<string, Parameter>
  /** The rule that judges a figure of the comparison. */
  comparison: Map<string, string>
  clauses: readonly Clause[]
  /** The steps of a zone, in order. */
  steps: PackStep[]
  /** A step, or an end it can come to, of the process of a zone or another subject. */
  step(key: string, subject?: string): PackStep | undefined
  /** A step or end plays this role: `selection.defence`. */
  plays(role: string): boolean
  /** The parameter that claims a role: `share.integrated`. */
  parameter(role: string): Parameter | undefined
  clause(id: string): Clause | undefined
  /** The clauses right below one. */
  below(id: string): Clause[]
  /** The field of a pointer; indices of lists are passed over. */
  field(pointer: string): PackField | undefined
  label(pointer: string): string
  unit(pointer: string): string | undefined
  help(pointer: string): string | undefined
  choices(pointer: string): Choice[]
  partOf(pointer: string): string | undefined
}

export const isTable = (field: PackField | undefined): boolean => field?.type === 'list' && field.fields !== undefined
/** What tells the rows of a table apart. */
export const keyOf = (table: PackField | undefined) => table?.fields?.find((f) => f.unique)?.key

/** What the program adds to every dossier, whatever its pack. */
const OWN_PARTS = ['attachments', 'exceptions'] as const
const everyField = (fields: PackField[]): PackField[] => fields.flatMap((f) => [f, ...everyField(f.fields ?? [])])

function partsOf(raw: Raw['dossier']): PackPart[] {
  const own = OWN_PARTS.map((key) => ({ key, zh: '', en: '' }))
  const placed = everyField(raw.fields).filter((f) => f.part && f.key !== 'exceptions')
  const named = raw.parts ?? placed.filter((f, i) => placed.findIndex((g) => g.part === f.part) === i).map((f) => ({ key: f.part!, zh: f.zh, en: f.en }))
  return [...named, ...own]
}

const LIST_INDEX = /^\d+$/

function pathOf(fields: PackField[], pointer: string): PackField[] {
  const path: PackField[] = []
  let level: PackField[] | undefined = fields
  for (const part of pointerParts(pointer)) {
    if (LIST_INDEX.test(part)) continue
    const field: PackField | undefined = level?.find((f) => f.key === part)
    if (!field) break
    path.push(field)
    level = field.fields
  }
  return path
}

export function makePack(raw: Raw): Pack {
  const fields = raw.dossier.fields
  const processOf = (subject: string) => raw.process.processes?.find((p) => p.subject === subject) ?? (subject === 'zone' ? raw.process : {})
  const ends = (process: Process) => (process.ends ?? []).map((e) => ({ level: '', joint: 'one', back: [], ...e }))
  const field = (pointer: string) => {
    const depth = pointerParts(pointer).filter((p) => !LIST_INDEX.test(p)).length
    const path = pathOf(fields, pointer)
    return path.length === depth ? path[path.length - 1] : undefined
  }
  const parts = partsOf(raw.dossier)
  const partOf = (pointer: string) =>
    pathOf(fields, pointer)
      .map((f) => f.part)
      .filter(Boolean)
      .pop()
  return {
    fields,
    parts,
    part: (key) => parts.find((p) => p.key === key),
    partText: (key) => say(parts.find((p) => p.key === key)) || t(`part.${key}` as TextKey),
    homeOf: (pointer) => parts.find((p) => p.key === partOf(pointer))?.key ?? parts[0]!.key,
    keys: [...new Set(everyField(fields).filter((f) => f.unique).map((f) => f.key))],
    rules: new Map(raw.rules.map((rule) => [rule.id, rule])),
    parameters: new Map(raw.parameters.map((p) => [p.key, p])),
    comparison: new Map((raw.comparison ?? []).map((c) => [c.figure, c.rule])),
    clauses: raw.clauses,
    steps: processOf('zone').steps ?? [],
    step: (key, subject = 'zone') => [...(processOf(subject).steps ?? []), ...ends(processOf(subject))].find((s) => s.key === key),
    plays: (role) => role in raw.roles,
    parameter: (role) => raw.parameters.find((p) => p.key === raw.roles[role]),
    clause: (id) => raw.clauses.find((c) => c.id === id),
    below: (id) => raw.clauses.filter((c) => c.id.startsWith(`${id}/`)),
    field,
    label: (pointer) => say(field(pointer)) || pointer,
    unit: (pointer) => {
      const unit = field(pointer)?.unit
      return unit ? unitText(unit) : undefined
    },
    help: (pointer) => say(field(pointer)?.help) || undefined,
    choices: (pointer) => (field(pointer)?.options ?? field(pointer)?.words ?? []).map((o) => ({ value: o.key, zh: o.zh, en: o.en })),
    partOf,
  }
}

const UNITS: Record<string, string> = {
  万元: '10k yuan',
  个: 'in number',
  户: 'households',
  次: 'times',
  人: 'persons',
  年: 'years',
  月: 'months',
}

export function unitText(unit: string): string {
  return language.value === 'en' ? (UNITS[unit] ?? unit) : unit
}

const loaded = new Map<string, Promise<Pack>>()

/** Packs never change, so each is fetched once. */
export function loadPack(hash: string): Promise<Pack> {
  const known = loaded.get(hash)
  if (known) return known
  const next = api.pack.get(hash).then((raw) => makePack(raw as Raw))
  loaded.set(hash, next)
  next.catch(() => loaded.delete(hash))
  return next
}
