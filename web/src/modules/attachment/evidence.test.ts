import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Evidence } from '../../api/types'
import { rebased, typed } from './evidence'

const row = (more: Partial<Evidence>): Evidence => ({
  item: 'P3', rule: 'P3', behind: '', needed: true, complete: false, zh: '', en: '',
  day: null, document: null, attachment_id: null, attachment: null, version: 1, ...more,
})

test('what is written while a save is under way outlives its answer', () => {
  const before = row({})
  const now = row({ day: '2022-11-20', version: 2 })
  const mine = rebased(row({ day: '2022-11-20', document: '样例〔2022〕1号' }), before, now)
  assert.equal(mine.document, '样例〔2022〕1号')
  assert.equal(mine.version, 2)
  assert.notEqual(typed(mine), typed(now))
})

test('what another wrote is taken where nothing was written here', () => {
  const mine = rebased(row({}), row({}), row({ attachment_id: 7, attachment: '样例.pdf', version: 3 }))
  assert.equal(mine.attachment_id, 7)
  assert.equal(mine.attachment, '样例.pdf')
})
