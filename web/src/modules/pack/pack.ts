// The policy pack as the pages use it: labels, units, help and choices of the fields, the rules
// and the clauses. Nothing here is copied into the texts of the web.
import { api } from '../../api'
import type { Modality, Said } from '../../api/types'
import { language, say } from '../../texts'
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
  options?: Option[]
  fields?: PackField[]
}

export interface Rule extends Said {
  id: string
  clause: string
  modality: Modality
  fields: string[]
}

export interface Clause extends Said {
  id: string
  text?: string | null
  children?: Clause[]
}

export interface Parameter extends Said {
  key: string
  value: string | number
  unit: string | null
  clause: string
}

export interface PaperItem extends Said {
  key: string
  behind: string
  rule: string
}

interface Raw {
  clauses: Clause[] | { clauses: Clause[] }
  dictionary: { fields?: PackField[]; dossier?: { fields: PackField[] } }
  parameters: Parameter[]
  rules: Rule[]
  process?: { attachments?: PaperItem[] }
}

export interface Pack {
  fields: PackField[]
  rules: Map<string, Rule>
  parameters: Map<string, Parameter>
  papers: PaperItem[]
  clause(id: string): Clause | undefined
  /** The field of a pointer; indices of lists are passed over. */
  field(pointer: string): PackField | undefined
  label(pointer: string): string
  unit(pointer: string): string | undefined
  help(pointer: string): string | undefined
  choices(pointer: string): Choice[]
  partOf(pointer: string): string | undefined
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

function findClause(clauses: Clause[], id: string): Clause | undefined {
  for (const clause of clauses) {
    const found = clause.id === id ? clause : findClause(clause.children ?? [], id)
    if (found) return found
  }
  return undefined
}

export function makePack(raw: Raw): Pack {
  const fields = raw.dictionary.dossier?.fields ?? raw.dictionary.fields ?? []
  const clauses = Array.isArray(raw.clauses) ? raw.clauses : raw.clauses.clauses
  const field = (pointer: string) => {
    const depth = pointerParts(pointer).filter((p) => !LIST_INDEX.test(p)).length
    const path = pathOf(fields, pointer)
    return path.length === depth ? path[path.length - 1] : undefined
  }
  return {
    fields,
    rules: new Map(raw.rules.map((rule) => [rule.id, rule])),
    parameters: new Map(raw.parameters.map((p) => [p.key, p])),
    papers: raw.process?.attachments ?? [],
    clause: (id) => findClause(clauses, id),
    field,
    label: (pointer) => say(field(pointer)) || pointer,
    unit: (pointer) => {
      const unit = field(pointer)?.unit
      return unit ? unitText(unit) : undefined
    },
    help: (pointer) => say(field(pointer)?.help) || undefined,
    choices: (pointer) => (field(pointer)?.options ?? []).map((o) => ({ value: o.key, zh: o.zh, en: o.en })),
    partOf: (pointer) =>
      pathOf(fields, pointer)
        .map((f) => (f.key === 'projects' ? 'projects' : f.part))
        .filter(Boolean)
        .pop(),
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
export function loadPack(id: string): Promise<Pack> {
  const known = loaded.get(id)
  if (known) return known
  const next = api.pack.get(id).then((raw) => makePack(raw as Raw))
  loaded.set(id, next)
  next.catch(() => loaded.delete(id))
  return next
}
