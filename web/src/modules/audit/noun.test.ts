import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'

/** The nouns that the program's own text gives to the audit log. */
function audited(): string[] {
  const files = readdirSync('../src', { recursive: true, encoding: 'utf8' }).filter((f) => f.endsWith('.c') && !f.endsWith('_test.c'))
  const text = files.map((f) => readFileSync(`../src/${f}`, 'utf8')).join('\n')
  return [...text.matchAll(/audit_(?:note|act|change|reveal)\(\s*cx,\s*"(\w+)"/g)].map((m) => m[1]!)
}

test('every noun that the program audits has its words in both languages', () => {
  const words = readFileSync('../src/core/register/audit_list.c', 'utf8')
  const nouns = new Set(audited())
  assert.ok(nouns.size > 20, `only ${nouns.size} found`)
  for (const n of nouns) assert.match(words, new RegExp(`\\{ "${n}", "[^"]+", "[^"]+", false \\}`), `${n} has no words`)
})
