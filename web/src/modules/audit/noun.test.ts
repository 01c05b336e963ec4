import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import en from '../../texts/en'
import zh from '../../texts/zh'
import { NOUNS } from './noun'

/** The nouns that the program's own text gives to the audit log. */
function audited(): string[] {
  const files = readdirSync('../src', { recursive: true, encoding: 'utf8' }).filter((f) => f.endsWith('.c') && !f.endsWith('_test.c'))
  const text = files.map((f) => readFileSync(`../src/${f}`, 'utf8')).join('\n')
  return [...text.matchAll(/audit_(?:note|act|change|reveal)\(\s*cx,\s*"(\w+)"/g)].map((m) => m[1]!)
}

test('every noun that the program audits has its word in both languages', () => {
  const nouns = new Set(audited())
  assert.ok(nouns.size > 20, `only ${nouns.size} found`)
  for (const n of nouns) {
    assert.ok(NOUNS.some((known) => known === n), `${n} is not among NOUNS`)
    assert.ok(zh.noun[n as keyof typeof zh.noun] && en.noun[n as keyof typeof en.noun], `${n} has no word`)
  }
})
