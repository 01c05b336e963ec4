import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fillOf, stepsOf, tilesOf } from './board'

test('cities lie where the sketch has them, and the others in rows below it', () => {
  const city = (code: string, across: number | null = null, down: number | null = null) => ({ code, across, down })
  assert.deepEqual([...tilesOf([city('a', 2, 1), city('b'), city('c', 0, 0)])], [['a', [2, 1]], ['c', [0, 0]], ['b', [0, 2]]])
  assert.deepEqual([...tilesOf([city('a'), city('b')])], [['a', [0, 0]], ['b', [1, 0]]])
  const many = tilesOf(Array.from({ length: 20 }, (_, i) => city(String(i))))
  assert.equal(new Set([...many.values()].map(String)).size, 20)
})

test('a tile is full, half, begun or empty', () => {
  assert.equal(fillOf({ recommended: 0, quota: 1 }), 'none')
  assert.equal(fillOf({ recommended: 0, quota: 0 }), 'none')
  assert.equal(fillOf({ recommended: 1, quota: 4 }), 'some')
  assert.equal(fillOf({ recommended: 2, quota: 4 }), 'half')
  assert.equal(fillOf({ recommended: 4, quota: 4 }), 'full')
})

test('the curve ends at the share that was sent', () => {
  assert.equal(stepsOf([], [], 0, 80, 20), 'M0 20H80')
  assert.equal(stepsOf(['2022-11-02'], ['2022-11-01', '2022-11-02'], 2, 90, 20), 'M0 20H30V20H60V10H90')
})
