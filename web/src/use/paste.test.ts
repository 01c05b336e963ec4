import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cellsOf, isHeading, isTotal, readChoice, readCount, readDate, readYes } from './paste'

test('a block is cut into rows and cells and blank rows are dropped', () => {
  assert.deepEqual(cellsOf('P1\t 苹果基地 \r\nP2\t\r\n\t\r\n'), [['P1', '苹果基地'], ['P2', '']])
})

test('a quoted cell keeps its tabs, lines and quotes', () => {
  assert.deepEqual(cellsOf('"a\tb"\t"一\n二"\n"say ""hi"""\tx'), [['a\tb', '一\n二'], ['say "hi"', 'x']])
  assert.deepEqual(cellsOf('5" 管\tx'), [['5" 管', 'x']])
})

test('a quote that somebody typed is kept and swallows nothing', () => {
  assert.deepEqual(cellsOf('"一村一品"示范项目\tx\n"未完\ty\nP3\tz'), [['"一村一品"示范项目', 'x'], ['"未完', 'y'], ['P3', 'z']])
  assert.deepEqual(cellsOf('"引号"\t""'), [['"引号"', '""']])
})

test('a heading line and a line of totals are no rows', () => {
  const names = ['编号', '名称', '资金 金额 (万元)', '完成时限']
  assert.ok(isHeading(['项目编号', '项目名称', '省级资金'], names))
  assert.ok(isHeading(['编号', '名称'], names))
  assert.ok(!isHeading(['P9', '苹果名称', '100'], names))
  assert.ok(!isHeading(['果业', '样例项目', '乡村名称'], names))
  for (const word of ['合计', '总 计', '共计：', '全县合计', 'Total']) assert.ok(isTotal([word, '', '100']), word)
  assert.ok(!isTotal(['P1', '合计苹果', '100']))
})

test('dates as people write them, real days only', () => {
  assert.equal(readDate('2023年6月1日'), '2023-06-01')
  assert.equal(readDate('２０２３/6/1'), '2023-06-01')
  assert.equal(readDate('20240229'), '2024-02-29')
  assert.equal(readDate('2028-06-28 00:00:00'), '2028-06-28')
  assert.equal(readDate('2028-06-28 10:30'), null)
  assert.equal(readDate('2023-02-29'), null)
  assert.equal(readDate('1899-12-31'), null)
  assert.equal(readDate('明年'), null)
})

test('yes and no, counts and dictionary text', () => {
  assert.equal(readYes('是'), true)
  assert.equal(readYes('Ｙ'), true)
  assert.equal(readYes('或许'), null)
  assert.equal(readYes('no'), false)
  assert.equal(readCount('1,200'), 1200)
  assert.equal(readCount('12.5'), null)
  assert.equal(readCount('1,2'), null)
  const choices = [{ value: 'road', zh: '道路', en: 'Road' }]
  assert.equal(readChoice(' 道路 ', choices), 'road')
  assert.equal(readChoice('ROAD', choices), 'road')
  assert.equal(readChoice('路', choices), null)
})
