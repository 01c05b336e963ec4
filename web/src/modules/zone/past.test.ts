import assert from 'node:assert/strict'
import { test } from 'node:test'
import { usePast } from './past'

test('typing in one place is one step, every other change is one of its own', () => {
  const past = usePast<string>()
  past.note('', '/name')
  past.note('a', '/name')
  past.note('ab', '')
  past.note('ab-', '')
  assert.equal(past.undo('ab--'), 'ab-')
  assert.equal(past.undo('ab-'), 'ab')
  assert.equal(past.undo('ab'), '')
  assert.equal(past.undo(''), null)
  assert.equal(past.redo(''), 'ab')
  past.note('ab', '/other')
  assert.equal(past.redo('abc'), null, 'a new change has no way forth')
})
