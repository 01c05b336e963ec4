import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { NAMES, calledIn } from './changes'

/** The labels of what rows are called, by the program's own field tables (core/audit.c: is_name). */
function labels(): string[] {
  const files = readdirSync('../src', { recursive: true, encoding: 'utf8' }).filter((f) => f.endsWith('.c') && !/_test(ing)?\.c$/.test(f))
  const text = files.map((f) => readFileSync(`../src/${f}`, 'utf8')).join('\n')
  return [...text.matchAll(/\{ "(?:name|account)", FIELD_TEXT,\s*(?:offsetof\([^)]*\)|\w+),\s*"([^"]+)"/g)].map((m) => m[1]!)
}

test('every label under which a row is called is known to the log', () => {
  const found = new Set(labels())
  assert.ok(found.size > 5, `only ${found.size} found`)
  for (const label of found) assert.ok(NAMES.some((n) => n === label), `${label} is not among NAMES`)
})

test('an entry says what its object is called now, else what it was called, else nothing', () => {
  assert.equal(calledIn('{"名称":"样例甲镇"}', '{"名称":"样例乙镇"}'), '样例乙镇')
  assert.equal(calledIn('{"账户":"yangli","姓名":"样例"}', null), '样例')
  assert.equal(calledIn(null, '{"changes":[],"推进区":"样例推进区"}'), '样例推进区')
  assert.equal(calledIn(null, '{"金额":"3"}'), '')
  assert.equal(calledIn(null, '不是 JSON'), '')
})
