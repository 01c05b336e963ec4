// A small xlsx, made here: tabs of rows; a number is a number, everything else text.
const TABLE = Array.from({ length: 256 }, (_, n) => {
  let c = n
  for (let k = 0; k < 8; k += 1) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1
  return c >>> 0
})
const crc = (bytes) => (bytes.reduce((c, b) => TABLE[(c ^ b) & 255] ^ (c >>> 8), 0xffffffff) ^ 0xffffffff) >>> 0

const ENTRY = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
const escaped = (text) => text.replace(/[&<]/g, (c) => (c === '&' ? '&amp;' : '&lt;'))
const cell = (value) => (typeof value === 'number' ? `<c><v>${value}</v></c>` : value === '' ? '<c/>' : `<c t="str"><v>${escaped(value)}</v></c>`)
const sheet = (rows) => `<worksheet><sheetData>${rows.map((r) => `<row>${r.map(cell).join('')}</row>`).join('')}</sheetData></worksheet>`

/** Stored, not packed: local headers, the directory, its end. */
function zip(parts) {
  const local = []
  const central = []
  let at = 0
  for (const [name, text] of parts) {
    const [path, bytes] = [Buffer.from(name), Buffer.from(text)]
    const head = Buffer.alloc(26)
    head.writeUInt16LE(20, 0)
    head.writeUInt32LE(crc(bytes), 10)
    head.writeUInt32LE(bytes.length, 14)
    head.writeUInt32LE(bytes.length, 18)
    head.writeUInt16LE(path.length, 22)
    const tail = Buffer.alloc(14)
    tail.writeUInt32LE(at, 10)
    local.push(Buffer.from('PK\x03\x04'), head, path, bytes)
    central.push(Buffer.from('PK\x01\x02'), Buffer.from([20, 0]), head, tail, path)
    at += 30 + path.length + bytes.length
  }
  const directory = Buffer.concat(central)
  const end = Buffer.alloc(18)
  end.writeUInt16LE(parts.length, 4)
  end.writeUInt16LE(parts.length, 6)
  end.writeUInt32LE(directory.length, 8)
  end.writeUInt32LE(at, 12)
  return Buffer.concat([...local, directory, Buffer.from('PK\x05\x06'), end])
}

/** { name of the tab: rows } */
export function workbook(tabs) {
  const names = Object.keys(tabs)
  const refs = names.map((name, i) => `<sheet name="${name}" r:id="r${i}"/>`).join('')
  const rels = names.map((_, i) => `<Relationship Id="r${i}" Type="${ENTRY}/worksheet" Target="s${i}.xml"/>`).join('')
  return zip([
    ['xl/workbook.xml', `<workbook xmlns:r="${ENTRY}"><sheets>${refs}</sheets></workbook>`],
    ['xl/_rels/workbook.xml.rels', `<Relationships>${rels}</Relationships>`],
    ...names.map((name, i) => [`xl/s${i}.xml`, sheet(tabs[name])]),
  ])
}
