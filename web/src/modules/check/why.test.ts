import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { sentence } from './why'

interface Field { key: string; type: string; fields?: Field[] }
const dictionary = JSON.parse(readFileSync('../packs/lu-2022-26/dictionary/dossier.json', 'utf8')) as { fields: Field[] }
const types = (fields: Field[]): string[] => fields.flatMap((f) => [f.type, ...types(f.fields ?? [])])

/** A desk whose field at any pointer is of that type. */
const desk = (type: string) =>
  ({ pack: { partOf: () => 'villages', part: () => ({}), field: () => ({ type }), label: () => '县级规划', partText: () => '村庄' }, draft: {} }) as never
const condition = (required: string) =>
  ({ expression: 'e', line: 1, column: 1, status: 'not_met', actual: 'false', sign: '=', required, at: '/contiguous' }) as never

test('a yes or no that a field holds is said with what it is and what it should be', () => {
  assert.ok(types(dictionary.fields).includes('bool'), 'the word of the dictionaries for a yes or no')
  assert.notEqual(sentence(desk('bool'), condition('true')), sentence(desk('text'), condition('true')))
})
