// What the compiler does not check: untranslated words in templates, sizes, keys that nobody uses,
// inline styles. Ends with a countable line.
import { readFileSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parse } from 'vue/compiler-sfc'

const root = fileURLToPath(new URL('../src', import.meta.url))
const files = readdirSync(root, { recursive: true })
  .filter((f) => /\.(vue|ts)$/.test(f))
  .map((f) => ({ name: f, text: readFileSync(`${root}/${f}`, 'utf8') }))

const COMPONENT_LINES = 300
const SPOKEN = new Set(['label', 'title', 'placeholder', 'aria-label', 'alt', 'why', 'remark', 'help'])
const WORD = /\p{L}{2,}|\p{Script=Han}/u
const faults = []
let checked = 0

function walk(node, file) {
  if (node.type === 2 && WORD.test(node.content)) say(file, node, `untranslated text "${node.content.trim()}"`)
  for (const prop of node.props ?? []) {
    if (prop.type === 6 && SPOKEN.has(prop.name) && WORD.test(prop.value?.content ?? ''))
      say(file, prop, `untranslated ${prop.name}="${prop.value.content}"`)
    if (prop.type === 6 && prop.name === 'style') say(file, prop, 'inline style')
  }
  if (node.type === 5 && /\p{Script=Han}/u.test(node.content?.content ?? '')) say(file, node, 'untranslated words in an expression')
  for (const child of node.children ?? []) walk(child, file)
}

const say = (file, node, what) => faults.push(`${file.name}:${node.loc.start.line}: ${what}`)

for (const file of files) {
  checked += 1
  const lines = file.text.split('\n')
  // rules and clauses are the pack's to name
  const named = /^texts.(zh|en)/.test(file.name) ? /[一二三四五六七八九]\.\d|\b[A-Z]\d{1,2}\b/ : /'[A-Z]\d{1,2}'/
  if (!/\.test\.ts$/.test(file.name))
    lines.forEach((line, i) => named.test(line) && faults.push(`${file.name}:${i + 1}: names a rule or a clause`))
  if (!file.name.endsWith('.vue')) continue
  if (lines.length > COMPONENT_LINES) faults.push(`${file.name}: ${lines.length} lines, at most ${COMPONENT_LINES}`)
  const { descriptor } = parse(file.text)
  if (descriptor.template) walk(descriptor.template.ast, file)
}

const all = files.filter((f) => !f.name.startsWith('texts')).map((f) => f.text).join('\n')
const zh = readFileSync(`${root}/texts/zh.ts`, 'utf8')
let noun = ''
for (const line of zh.split('\n')) {
  noun = /^ {2}(\w+): \{$/.exec(line)?.[1] ?? noun
  const key = /^ {4}(\w+): /.exec(line)?.[1]
  if (!key) continue
  checked += 1
  const computed = new RegExp(`\`${noun}\\.\\$\\{`).test(all)
  if (!computed && !all.includes(`${noun}.${key}`)) faults.push(`texts: nobody uses ${noun}.${key}`)
}

for (const fault of faults) console.error(fault)
console.log(`web check: ${checked} looked at, ${faults.length} faults`)
process.exit(faults.length ? 1 : 0)
