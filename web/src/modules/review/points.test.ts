import assert from 'node:assert/strict'
import { test } from 'node:test'
import { microText, piecesOf, pointsText, readPoints } from './points'

test('points and aggregates are shown exactly, without zeros that say nothing', () => {
  assert.equal(pointsText(1950), '19.5')
  assert.equal(pointsText(0), '0')
  assert.equal(pointsText(5), '0.05')
  assert.equal(pointsText(null), '—')
  assert.equal(microText(68_166_667), '68.166667')
  assert.equal(microText(-1_500_000, true), '−1.5')
  assert.equal(microText(350_000, true), '＋0.35')
})

test('a score is read to the hundredth, within its maximum and step', () => {
  assert.deepEqual(readPoints('19.5', 2000, 50), { points: 1950 })
  assert.deepEqual(readPoints('１９．５分', 2000, 50), { points: 1950 })
  assert.deepEqual(readPoints(' ', 2000, 50), { points: null })
  assert.deepEqual(readPoints('20.5', 2000, 50), { fault: 'over' })
  assert.deepEqual(readPoints('19.3', 2000, 50), { fault: 'step' })
  for (const text of ['-1', '1.234', 'x', '1e2', '.5']) assert.deepEqual(readPoints(text, 2000, 50), { fault: 'notPoints' })
})

test('a masked text falls into its words and its chips', () => {
  assert.deepEqual(piecesOf('⟦县 甲⟧拟在⟦村 甲⟧种植'), [
    { text: '县 甲', chip: true },
    { text: '拟在', chip: false },
    { text: '村 甲', chip: true },
    { text: '种植', chip: false },
  ])
  assert.deepEqual(piecesOf(''), [])
})
