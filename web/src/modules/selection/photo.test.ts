import assert from 'node:assert/strict'
import { test } from 'node:test'
import { instantOf, localOf } from '../../use/instant'
import { readDegree } from './photo'

test('a degree typed by hand is taken as it stands, within its bounds', () => {
  assert.equal(readDegree(' 120.1234567 ', 180), '120.1234567')
  assert.equal(readDegree('-37', 90), '-37')
  for (const text of ['', '181', '37.12345678', '37°', 'x']) assert.equal(readDegree(text, 180), null)
  assert.equal(readDegree('91', 90), null)
})

test('a field of day and time is China Standard Time wherever the browser stands', () => {
  assert.equal(instantOf('2022-12-16T18:00'), '2022-12-16T18:00:00+08:00')
  assert.equal(localOf('2022-12-16T18:00:00+08:00'), '2022-12-16T18:00')
  assert.equal(localOf('2022-12-16T10:00:00Z'), '2022-12-16T18:00')
  assert.equal(localOf(null), '')
})
