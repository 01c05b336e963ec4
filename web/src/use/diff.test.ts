import assert from 'node:assert/strict'
import { test } from 'node:test'
import { at, diff, merge, put } from './diff'

const village = (code: string, type: string) => ({ code, type })

test('a change is named by its pointer', () => {
  const before = { plan: { start: '2023-01-01' }, funds: { 'a/b': 1 } }
  const after = { plan: { start: '2023-02-01' }, funds: { 'a/b': 2 } }
  assert.deepEqual(diff(before, after).map((c) => c.pointer), ['/plan/start', '/funds/a~1b'])
  assert.equal(at(after, '/funds/a~1b'), 2)
  assert.deepEqual(diff(after, after), [])
})

test('a removed row leaves the later rows alone', () => {
  const before = { villages: [village('1', 'a'), village('2', 'b'), village('3', 'c')] }
  const after = { villages: [village('2', 'b'), village('3', 'x')] }
  assert.deepEqual(diff(before, after), [
    { pointer: '/villages/1/type', before: 'c', after: 'x' },
    { pointer: '/villages/0', before: village('1', 'a'), after: undefined },
  ])
})

test('edits of different fields and rows merge', () => {
  const base = { a: 1, b: 1, list: [village('1', 'a')] }
  const mine = { a: 2, b: 1, list: [village('1', 'x')] }
  const theirs = { a: 1, b: 2, list: [village('1', 'a'), village('2', 'b')] }
  assert.deepEqual(merge(base, mine, theirs), {
    merged: { a: 2, b: 2, list: [village('1', 'x'), village('2', 'b')] },
    conflicts: [],
  })
})

test('a row that one side removed and the other left is removed', () => {
  const base = { list: [village('1', 'a'), village('2', 'b')] }
  const mine = { list: [village('2', 'b')] }
  assert.deepEqual(merge(base, mine, base).merged, mine)
  const theirs = { list: [village('1', 'a'), village('2', 'y')] }
  assert.deepEqual(merge(base, mine, theirs), { merged: { list: [village('2', 'y')] }, conflicts: [] })
})

test('one field changed by both is a conflict and theirs stands', () => {
  const { merged, conflicts } = merge({ a: 1 }, { a: 2 }, { a: 3 })
  assert.deepEqual(merged, { a: 3 })
  assert.deepEqual(conflicts, [{ pointer: '/a', base: 1, mine: 2, theirs: 3 }])
  assert.deepEqual(put(merged, '/a', 2), { a: 2 })
})

test('put makes what is missing and removes what is undefined', () => {
  assert.deepEqual(put({}, '/plan/start', 'x'), { plan: { start: 'x' } })
  assert.deepEqual(put({ a: [1, 2] }, '/a/0', undefined), { a: [2] })
  assert.deepEqual(put({ a: 1, b: 2 }, '/a', undefined), { b: 2 })
})
