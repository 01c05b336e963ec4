import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fileNames, filesOf, filesText } from './files'

test('files of a field are read as they are written, whatever their names hold', () => {
  const files = [{ id: 12, name: '合同 [甲]; 乙.pdf' }, { id: 3, name: 'a b.jpg' }]
  const text = filesText(files)
  assert.equal(text, '合同 _甲__ 乙.pdf [12]; a b.jpg [3]')
  assert.deepEqual(filesOf(text).map((f) => f.id), [12, 3])
  assert.deepEqual(fileNames(text), ['合同 _甲__ 乙.pdf', 'a b.jpg'])
  assert.deepEqual(filesOf(null), [])
  assert.equal(filesText([]), null)
})
