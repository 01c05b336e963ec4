import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ACCEPTED, FILE_KINDS, twins } from './kinds'

test('a content that hangs on the record already is said, by the name of the first', () => {
  const rows = [
    { id: 1, name: '村貌.jpg', digest: 'a' }, { id: 2, name: '会议.pdf', digest: 'b' },
    { id: 3, name: '现场.jpg', digest: 'a' }, { id: 4, name: '又一张.jpg', digest: 'a' },
  ]
  assert.deepEqual([...twins(rows)], [[3, '村貌.jpg'], [4, '村貌.jpg']])
  assert.deepEqual([...twins([])], [])
})

test('the kinds are those of the server, each as an extension', () => {
  assert.match(FILE_KINDS, /^pdf、jpg、/)
  for (const kind of ACCEPTED.split(',')) assert.match(kind, /^\.[a-z0-9]+$/)
})
