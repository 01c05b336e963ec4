import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Holiday } from '../../api/types'
import { daysText, groupsOf, monthsOf, readPasted, spans } from './calendar'

const row = (day: string, work: boolean): Holiday => ({ id: 1, day, work, name: '国庆节', sure: true, source: '样例' })
const ROWS = [row('2022-10-03', false), row('2022-10-04', false), row('2022-10-08', true)]

test('a month begins on its weekday and counts its working days', () => {
  const october = monthsOf(2022, ROWS)[9]!
  assert.equal(october.weeks[0]!.findIndex((d) => d !== null), 5)
  assert.equal(october.weeks.flat().filter(Boolean).length, 31)
  assert.equal(october.working, 21 - 2 + 1)
  const kinds = october.weeks.flat().filter((d) => d !== null).map((d) => d.kind)
  assert.deepEqual([kinds[1], kinds[2], kinds[4], kinds[7]], ['weekend', 'off', 'work', 'swapped'])
  assert.equal(monthsOf(2024, []).reduce((n, m) => n + m.weeks.flat().filter(Boolean).length, 0), 366)
})

test('days that follow each other are drawn together, month by month', () => {
  assert.equal(spans([1, 2, 3, 5]), '1–3, 5')
  assert.equal(daysText([row('2022-01-31', false), row('2022-02-01', false), row('2022-02-02', false)]), '1/31, 2/1–2')
  const [group] = groupsOf(ROWS)
  assert.deepEqual([group!.off.length, group!.swapped.length, group!.sure, group!.source], [2, 1, true, '样例'])
})

test('a pasted block is read line by line, and each fault is told', () => {
  const read = readPasted('日期\t安排\t节日\t已核实\t依据\n2027年10月1日\t放假\t国庆节\t是\t样例1号\n2027-10-09\t班\t国庆节\n2027-10-11\t上班\t国庆节\nx\t休\ty\n2027-10-05\t?\ty\n2027-10-05\t休\t\n2027/10/1\t休\t国庆节')
  assert.deepEqual(read.map((r) => r.fault), [null, null, 'week', 'day', 'kind', 'name', 'twice'])
  assert.deepEqual(read[0]!.row, { day: '2027-10-01', work: false, name: '国庆节', sure: true, source: '样例1号' })
  assert.deepEqual(read[1]!.row, { day: '2027-10-09', work: true, name: '国庆节', sure: false, source: null })
})
