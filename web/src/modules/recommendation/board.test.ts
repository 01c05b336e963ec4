import assert from 'node:assert/strict'
import { test } from 'node:test'
import { TILES, fillOf, stepsOf } from './board'

test('each of the sixteen cities has a tile of its own', () => {
  const places = Object.values(TILES).map(([x, y]) => `${x},${y}`)
  assert.equal(places.length, 16)
  assert.equal(new Set(places).size, 16)
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
