import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { sha256 } from './sha256'

test('the same as the standard library, at every length around a block', () => {
  for (let n = 0; n < 200; n += 1) {
    const text = '推'.repeat(n % 3) + 'a7'.repeat(n).slice(0, n)
    assert.equal(sha256(text), createHash('sha256').update(text).digest('hex'))
  }
})

test('the vector of the standard', () => {
  assert.equal(sha256('abc'), 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
})
