import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nameIn } from './download'

test('a file is called as the server says, whatever the language', () => {
  assert.equal(nameIn(`attachment; filename="x.xlsx"; filename*=UTF-8''%E7%94%A8%E6%88%B7.xlsx`), '用户.xlsx')
  assert.equal(nameIn('attachment; filename="zones.xlsx"'), 'zones.xlsx')
  assert.equal(nameIn(null), '')
})
