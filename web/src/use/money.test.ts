import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fenOf, inUnit, narrow, readAmount, sum, wan, yuan } from './money'

test('an amount in 万元 is exact to the 分', () => {
  assert.equal(fenOf('1999.99'), 1999990000n)
  assert.equal(fenOf('0.000001'), 1n)
  assert.equal(fenOf('999999999999.999999'), 999999999999999999n)
  assert.equal(fenOf(0.1), 100000n)
})

test('an absent amount is unknown and makes its sum unknown', () => {
  assert.equal(fenOf(null), null)
  assert.equal(sum([1n, null, 2n]), null)
  assert.equal(sum([]), 0n)
  assert.equal(wan(null), '?')
})

test('what is typed is forgiven commas, spaces, full-width digits and the unit', () => {
  assert.deepEqual(readAmount('１，９９９．９９'), { text: '1999.99' })
  assert.deepEqual(readAmount(' 2,000 万元'), { text: '2000.00' })
  assert.deepEqual(readAmount('007.5'), { text: '7.50' })
  assert.deepEqual(readAmount('.5'), { text: '0.50' })
  assert.equal(narrow('３７　'), '37')
})

test('what is no amount says why', () => {
  assert.deepEqual(readAmount('-1'), { fault: 'negative' })
  assert.deepEqual(readAmount('一百'), { fault: 'not_number' })
  for (const typed of ['1,00,5', '100,5', ',100', '1,000,', '1000,000', '1.000,5', '１，００，５'])
    assert.deepEqual(readAmount(typed), { fault: 'commas' }, typed)
  assert.deepEqual(readAmount('1,234,567.5'), { text: '1234567.50' })
  assert.deepEqual(readAmount('.'), { fault: 'not_number' })
  assert.deepEqual(readAmount('1.2.3'), { fault: 'not_number' })
  assert.deepEqual(readAmount('1e3'), { fault: 'not_number' })
  assert.deepEqual(readAmount('0.0000001'), { fault: 'decimals' })
  assert.deepEqual(readAmount('1234567890123'), { fault: 'too_long' })
})

test('decimals behind the second are shown only where they are not zero', () => {
  assert.equal(wan(fenOf('4000')), '4,000.00')
  assert.equal(wan(fenOf('1234567.5')), '1,234,567.50')
  assert.equal(wan(1n), '0.000001')
  assert.equal(wan(fenOf('1.2345')), '1.2345')
  assert.equal(wan(-10000n), '−0.01')
  assert.equal(wan(24750000n, true), '＋24.75')
  assert.equal(yuan(1999990000n), '19,999,900.00')
})

test('an amount in 元 has two decimals, in and out, and is not taken for 万元', () => {
  for (const [typed, fen, shown] of [
    ['19.99', 1999n, '19.99'],
    ['1,500 元', 150000n, '1,500.00'],
    ['4.35', 435n, '4.35'],
    ['9999999999999999.99', 999999999999999999n, '9,999,999,999,999,999.99'],
  ] as const) {
    const read = readAmount(typed, '元')
    assert.ok('text' in read)
    assert.equal(fenOf(read.text, '元'), fen)
    assert.equal(inUnit(fen, '元'), shown)
  }
  assert.deepEqual(readAmount('1.005', '元'), { fault: 'decimals' })
  assert.deepEqual(readAmount('12345678901234567', '元'), { fault: 'too_long' })
  assert.deepEqual(readAmount('2 万元', '元'), { fault: 'not_number' })
  assert.equal(fenOf('1.005', '元'), null)
})
