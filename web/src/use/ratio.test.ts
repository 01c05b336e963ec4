import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fenOf } from './money'
import { margin, percent, permille, shareOf } from './ratio'

const half = shareOf('0.5')

test('a ratio below its line never shows as the line', () => {
  assert.equal(percent(fenOf('1999.99'), fenOf('4000'), half), '49.9997 %')
  assert.equal(percent(fenOf('1999.999999'), fenOf('4000'), half), '49.99999997 %')
})

test('a ratio on its line, above it and far from it', () => {
  assert.equal(percent(fenOf('2000'), fenOf('4000'), half), '50.00 %')
  assert.equal(percent(fenOf('2000.01'), fenOf('4000'), half), '50.0002 %')
  assert.equal(percent(fenOf('2496'), fenOf('4000'), half), '62.40 %')
  assert.equal(percent(2n, 3n), '66.66 %')
  assert.equal(percent(0n, 3n), '0.00 %')
})

test('an unknown or a zero whole gives no ratio', () => {
  assert.equal(percent(null, 1n, half), null)
  assert.equal(percent(1n, 0n, half), null)
  assert.equal(permille(1n, null), 0)
})

test('what lacks is told in money', () => {
  assert.equal(margin(fenOf('1999.99'), fenOf('4000'), half), -10000n)
  assert.equal(margin(fenOf('2496'), fenOf('4000'), half), 496000000n)
  assert.equal(margin(0n, 1n, half), -1n)
  assert.equal(permille(5n, 2n), 1000)
})
