import assert from 'node:assert/strict'
import { test } from 'node:test'
import { put, type Json } from '../../use/diff'
import { moveUnread } from './unread'

const before: Json = { plan: { projects: [{ id: 'P1' }, { id: 'P2', funds: [{ amount: '1' }, { amount: '2' }] }, { id: 'P3' }] } }
const unread = { '/plan/projects/1/deadline': '明年', '/plan/projects/1/funds/1/amount': '1,00,5', '/plan/projects/2/mode': '?', '/cells/social/x/all': '一百' }

test('an unreadable cell follows its row, goes with it, and lives without one', () => {
  const gone = put(before, '/plan/projects/0', undefined)!
  assert.deepEqual(moveUnread(unread, before, gone), {
    '/plan/projects/0/deadline': '明年',
    '/plan/projects/0/funds/1/amount': '1,00,5',
    '/plan/projects/1/mode': '?',
    '/cells/social/x/all': '一百',
  })
  const own = put(before, '/plan/projects/1', undefined)!
  assert.deepEqual(moveUnread(unread, before, own), { '/plan/projects/1/mode': '?', '/cells/social/x/all': '一百' })
  const line = put(before, '/plan/projects/1/funds/0', undefined)!
  assert.equal(moveUnread(unread, before, line)['/plan/projects/1/funds/0/amount'], '1,00,5')
})

test('a row that gets another id, or comes from another desk, keeps its cells', () => {
  assert.deepEqual(moveUnread(unread, before, put(before, '/plan/projects/1/id', 'P9')!), unread)
  const theirs: Json = { plan: { projects: [{ id: 'P0' }, ...JSON.parse(JSON.stringify((before as { plan: { projects: Json[] } }).plan.projects))] } }
  assert.equal(moveUnread(unread, before, theirs)['/plan/projects/2/deadline'], '明年')
})
