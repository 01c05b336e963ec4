import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SimulatedZone } from '../../api/types'
import { behind, readFigure, shareText, shifted, sumText } from './simulation'

test('a point moves without binary fractions', () => {
  assert.equal(shifted('60', -2), '0.6')
  assert.equal(shifted('52.5', -2), '0.525')
  assert.equal(shifted('0.6', 2), '60')
  assert.equal(shifted('0.525', 2), '52.5')
  assert.equal(shifted('3', -2), '0.03')
  assert.equal(shifted('12', 0), '12')
})

test('a figure is read as people type it', () => {
  assert.equal(readFigure('60%'), '0.6')
  assert.equal(readFigure('６０％'), '0.6')
  assert.equal(readFigure('5,000'), '5000')
  assert.equal(readFigure(' 0.60 '), '0.6')
  assert.equal(readFigure('many'), null)
  assert.equal(readFigure('-1'), null)
  assert.equal(readFigure(''), null)
})

test('a share is told in percent, a count is not', () => {
  assert.equal(shareText('0.5', null), '50 %')
  assert.equal(shareText('1', '个'), '')
  assert.equal(shareText('12', null), '')
})

test('an unknown sum is never a zero', () => {
  assert.equal(sumText(null, '万元'), '?')
  assert.equal(sumText('5000', '万元'), '5,000.00')
  assert.equal(sumText('3', null), '3')
})

test('a figure opens the zones it counts', () => {
  const zone = (county: string, tier: string | null, before: boolean, after: boolean) =>
    ({ county, tier, before: { submittable: before }, after: { submittable: after } }) as SimulatedZone
  const zones = [zone('370683', '东部', true, false), zone('370682', '东部', true, true), zone('371721', '重点县', false, false)]
  assert.equal(behind(zones, { by: 'tier', key: '东部', name: '', side: null }).length, 2)
  assert.equal(behind(zones, { by: 'tier', key: '东部', name: '', side: 'after' }).length, 1)
  assert.equal(behind(zones, { by: 'city', key: '3717', name: '', side: null }).length, 1)
  assert.equal(behind(zones, { by: 'all', key: null, name: '', side: 'before' }).length, 2)
})
