import assert from 'node:assert/strict'
import { test } from 'node:test'
import { clock, dayAfter, daysTo, shortDay, shortTime } from './when'

test('an instant is told in China Standard Time wherever the browser stands', () => {
  assert.equal(shortTime('2021-12-10T23:59:59+08:00'), '2021-12-10 23:59')
  assert.equal(shortTime('2021-12-10T15:59:59Z'), '2021-12-10 23:59')
  assert.equal(clock('2021-12-10T16:00:07Z', true), '00:00:07')
  assert.equal(shortDay('2021-12-10T16:00:00Z'), '2021-12-11')
  assert.equal(shortDay('2021-12-10'), '2021-12-10')
})

test('what is no time is a dash and no number of days', () => {
  assert.equal(shortTime(null), '—')
  assert.equal(shortDay('soon'), '—')
  assert.equal(daysTo(undefined), null)
})

test('days count from midnight to midnight in China', () => {
  const at = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString()
  assert.equal(daysTo(at(0)), 0)
  assert.equal(daysTo(at(5)), 5)
  assert.equal(daysTo(at(-2)), -2)
})

test('days are counted over the ends of months', () => {
  assert.equal(dayAfter('2023-01-27', 5), '2023-02-01')
  assert.equal(dayAfter('2024-02-25', 5), '2024-03-01')
  assert.equal(dayAfter('2023-12-28', 5), '2024-01-02')
})
