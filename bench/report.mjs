// usage: node bench/report.mjs FIGURES MARKDOWN   Compares the answers, then prints the figures as one
// table and writes the same into the Markdown file. Exit status 1 where answers differ.
import { readFileSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'

const [figures, markdown] = process.argv.slice(2)
const works = JSON.parse(readFileSync(new URL('works.json', import.meta.url), 'utf8'))
const found = new Map(
  readFileSync(figures, 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.split('\t')),
)

const PEERS = [
  ['feelin', 'feelin 8.2.0'],
  ['zen', 'zen-engine 0.54.0'],
  ['jsonlogic', 'json-logic-js 2.0.5'],
]

function get(name) {
  if (!found.has(name)) throw new Error(`no figure ${name}`)
  return Number(found.get(name))
}

// Three significant digits, with the unit that suits.
const short = (x) => (x >= 100 ? Math.round(x).toLocaleString('en') : String(+x.toPrecision(3)))
const time = (ns) =>
  ns < 1e3 ? `${short(ns)} ns` : ns < 1e6 ? `${short(ns / 1e3)} µs` : `${short(ns / 1e6)} ms`
const times = (x) => `${short(x)}×`

const rows = []
const part = (title) => rows.push([title])
const row = (what, value, note = '') => rows.push([what, value, note])

function compareAnswers() {
  for (const work of works) {
    const ours = found.get(`${work.name}.answers`)
    for (const [name, answers] of found)
      if (name.includes(`.${work.name}.`) && name.endsWith('.answers') && answers !== ours) {
        console.error(`bench: ${name} gives ${answers}, ours are ${ours}`)
        process.exit(1)
      }
  }
}

// The fastest public use of a peer that answers the same without (or with) parsing in between; a
// peer that can prepare nothing, or is slower prepared, is taken as it is fastest.
function best(peer, work, way) {
  const parsing = get(`${peer}.${work}.parsing`)
  const prepared = found.has(`${peer}.${work}.prepared`)
    ? get(`${peer}.${work}.prepared`)
    : Infinity
  return way === 'parsing' ? parsing : Math.min(parsing, prepared)
}

function addWork(work, way) {
  const ours = get(`${work.name}.${way}`)
  const peers = PEERS.map(([key, label]) => {
    const theirs = best(key, work.name, way)
    return `${label} ${time(theirs)} = ${times(theirs / ours)}`
  })
  row(`${work.what}, ${way}`, time(ours), peers.join('; '))
}

function rules() {
  part('Rules: processor time of one evaluation')
  const whole = get('check.whole')
  row('check of zone-1.json with batch.json', time(whole), `${short(1e9 / whole)} a second; aim ≤ 1 ms`)
  row('the same, batch read before', time(get('check.batch_ready')))
  for (const way of ['prepared', 'parsing']) for (const work of works) addWork(work, way)
  for (const work of works) {
    const on = get(`${work.name}.explained`)
    const off = get(`${work.name}.prepared`)
    row(`explanation of ${work.name}`, time(on), `${times(on / off)} of without`)
  }
  for (const count of [3, 37, 370, 3700]) {
    const one = get(`rows.${count}.prepared`)
    row(`table of ${count} rows, FIRST`, time(one), `${short(one / count)} ns a row; read and compiled in ${time(get(`rows.${count}.parsing`))}`)
  }
}

function batch() {
  part('Many at once')
  for (const rule of ['V2', 'V3', 'Q5'])
    row(`village rule ${rule} over 1,000,000 rows, interpreted`, time(get(`million.${rule}`)), 'a row')
  const whole = get('whatif.dossier')
  const read = get('whatif.read')
  row('what-if: zone-1.json under two packs, its change explained', time(whole), `${short(1e9 / whole)} a second`)
  row('of that, bytes to values, before any rule', time(read), `rules that cost nothing would win ${times(whole / read)}`)
}

/** As many sizes as REGISTER_ROWS let grow. */
const registerKeys = () => [...found.keys()].map((k) => k.match(/^register\.(\d+)\.(.*)$/)).filter(Boolean)
const registerRows = () => [...new Set(registerKeys().map((m) => Number(m[1])))]
const registerBare = (name) => get(`register.${registerRows().at(-1)}.${name}`) / get(`register.${registerRows().at(-1)}.twenty rows, bare`)
const registerLists = () => [...new Set(registerKeys().map((m) => m[2]))]

function http() {
  part('HTTP: processor time of the server for one request of a list of 20 rows')
  for (const connections of [1, 16]) {
    const bare = get(`list.bare.${connections}`)
    const ours = get(`list.tuijin.${connections}`)
    row(`${connections} connection${connections > 1 ? 's' : ''}`, `${short(ours)} µs`, `bare handler ${short(bare)} µs = ${times(ours / bare)}; aim ≤ 2×`)
  }
  part('Store: transactions of one insert at full sync, SQLite')
  for (const threads of [1, 4, 16])
    row(`${threads} thread${threads > 1 ? 's' : ''}`, `${short(get(`inserts.${threads}`))} / s`, threads === 1 ? `one sync of a file: ${short(get('sync.us'))} µs` : '')
  part('Lists of a register as it grows, SQLite: 30,000, 300,000 and 3,000,000 rows')
  for (const name of registerLists())
    row(name, time(get(`register.${registerRows().at(-1)}.${name}`)), `${registerRows().map((n) => time(get(`register.${n}.${name}`))).join(' → ')}; ${times(registerBare(name))} bare; aim < 20 ms`)
  row('a division by two characters of its name', time(get('region.search by two characters')), 'of 64,000; aim < 1 ms')
  part('Selection: 200 zones, 30 experts, 3,000 sheets')
  for (const list of ['board', 'form', 'ranking', 'determinations'])
    row(list, time(get(`selection.${list}`)), 'aim < 20 ms')
  row('replay', time(get('selection.replay')), `${times(get('selection.replay.boards'))} of the board; aim < 1 s`)
  part('Review: saving and submitting 15 sheets by each expert, processor time of the server for an act')
  const alone = get('review.alone.us')
  row('one expert at a time', `${short(alone)} µs`, `${short(get('review.alone.wall'))} acts / s`)
  row('200 experts at once, no sheet lost', `${short(get('review.at_once.us'))} µs`, `${times(get('review.at_once.us') / alone)} of one; ${short(get('review.at_once.wall'))} acts / s = ${times(get('review.at_once.wall') / get('review.alone.wall'))}`)
  row('progress of 3,150 sheets', time(get('review.progress')), 'aim < 20 ms')
  row('result of 210 zones with deviations', time(get('review.result')), 'every sheet with its items; aim < 20 ms')
  part('Server on the demo database')
  row('start-up', `${short(get('start.ms'))} ms`, 'aim < 100 ms')
  row('log-in beside twelve documents', `${short(get('login.load.ms'))} ms`, 'the slowest of 8; aim < 1 s')
  row('resident memory, idle', `${short(get('resident.idle'))} MB`)
  row('resident memory, 32 connections', `${short(get('resident.32'))} MB`)
}

function width(text) {
  let n = 0
  for (const c of text) n += /[\u1100-\u115f\u2e80-\uffe6]/u.test(c) ? 2 : 1
  return n
}

function print() {
  for (const [what, value, note] of rows) {
    if (value === undefined) console.log(`\n${what}`)
    else {
      const first = what + ' '.repeat(Math.max(1, 64 - width(what)))
      console.log(`  ${first}${' '.repeat(Math.max(0, 10 - width(value)))}${value}   ${note}`.trimEnd())
    }
  }
}

function write() {
  const out = [
    '# Speed',
    '',
    `Written by \`make bench\` on ${new Date().toISOString().slice(0, 10)}, ${cpus().length} cores`,
    `(${process.arch}), node ${process.version}. How to read it: [bench/README.md](../bench/README.md).`,
  ]
  for (const [what, value, note] of rows)
    if (value === undefined) out.push('', `## ${what}`, '', '| | | |', '|---|--:|---|')
    else out.push(`| ${what.replaceAll('|', '\\|')} | ${value} | ${note} |`)
  writeFileSync(markdown, out.join('\n') + '\n')
}

compareAnswers()
rules()
batch()
http()
print()
write()
