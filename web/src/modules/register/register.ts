// How a register's declaration becomes labels, cells and columns.
import type { RegisterField, RegisterForm, RegisterRow, RegisterValue } from '../../api/register'
import { language, t } from '../../texts'
import { fenOf, inUnit } from '../../use/money'
import { fileNames } from './files'
import { shortTime } from '../../use/when'

export const label = (f: { zh: string; en: string }) => f[language.value] || f.zh
export const help = (f: RegisterField) => (language.value === 'en' ? f.help_en : f.help_zh) || undefined
export const labelUnit = (f: RegisterField) => (f.unit ? `${label(f)}（${f.unit}）` : label(f))

export const fieldOf = (form: RegisterForm, key: string) => form.fields.find((f) => f.key === key)!
export const columnsOf = (form: RegisterForm) => form.list.map((key) => fieldOf(form, key))
/** Of a term the first day and the last are one thought, and one column. */
export const termColumns = (form: RegisterForm) => columnsOf(form).filter((f) => f.key !== 'valid_to' || !form.list.includes('valid_from'))
/** What may stand as a column: neither what a link is called, nor numbers of the system's own. */
const UNSAID = ['id', 'version', 'made_by', 'sent_by', 'replaces']
export const columnable = (form: RegisterForm) => form.fields.filter((f) => form.list.includes(f.key) || (!f.of && !UNSAID.includes(f.key)))
/** The columns that the address names, in its order; where it names none that there are, those of the declaration. */
export function chosenColumns(form: RegisterForm, words: string | undefined): RegisterField[] {
  const named = (words ?? '').split(',').flatMap((key) => columnable(form).find((f) => f.key === key) ?? [])
  return named.length ? named.filter((f) => f.key !== 'valid_to' || !named.some((n) => n.key === 'valid_from')) : termColumns(form)
}
export const nameOf = (form: RegisterForm, row: RegisterRow) => String(row[form.fields.find((f) => f.name)!.key] ?? row.id)

/** Of a dated row: what it holds for, in the order of its columns. */
export const DATES: readonly string[] = ['valid_from', 'valid_to']

/** What a person fills in: neither what the server sets nor what a link is called. */
export const typedFields = (form: RegisterForm) =>
  form.fields.filter((f) => !f.readonly && !f.virtual && f.key !== 'id' && f.key !== 'version')
/** What is filled in no more, where the row has it. */
export const retiredFields = (form: RegisterForm, row: RegisterRow) =>
  form.fields.filter((f) => f.retired && row[f.key] !== null && row[f.key] !== undefined)
/** Columns first, in their order. */
export function filterFields(form: RegisterForm): RegisterField[] {
  const all = form.fields.filter((f) => f.filter && !f.of && !(f.key === 'state' && form.states))
  const place = (f: RegisterField) => (form.list.indexOf(f.key) + 1 || form.list.length + 1) * 1000 + all.indexOf(f)
  return [...all].sort((a, b) => place(a) - place(b))
}

/** What the row says in words; — where it says nothing. */
export function shown(f: RegisterField, row: RegisterRow): string {
  const value = f.called ? (row[f.called] ?? row[f.key]) : row[f.key]
  if (value === null || value === undefined) return '—'
  if (f.type === 'enum') return optionText(f, value)
  if (f.type === 'bool') return t(value ? 'field.yes' : 'field.no')
  if (f.type === 'money') return inUnit(fenOf(value as string, f.unit), f.unit)
  if (f.type === 'attachment') return fileNames(value).join('、')
  if (f.type === 'instant') return shortTime(value as string)
  return String(value)
}

export const head = (form: RegisterForm, f: RegisterField) => (f.key === 'valid_from' && form.dated ? t('register.termHead') : labelUnit(f))

/** The same in a list. */
export function cell(form: RegisterForm, f: RegisterField, row: RegisterRow): string {
  if (f.key !== 'valid_from' || !form.dated) return shown(f, row)
  return t('register.term', { from: String(row.valid_from), to: String(row.valid_to ?? t('register.still')) })
}

export function optionText(f: RegisterField, value: RegisterValue): string {
  const option = f.options.find((o) => o.key === value)
  return option ? label(option) : String(value)
}

export const isNumber = (f: RegisterField) => ['money', 'int', 'decimal'].includes(f.type) && !f.link
