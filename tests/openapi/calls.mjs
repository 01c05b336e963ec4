// usage: tuijin openapi | node calls.mjs   Every call that the pages can make, made. Each function of
// web/src/api is run with all that its types let a page give (optional fields too, every word of a
// union), what it would send is caught, and looked up in the description: is there such a route, does
// it take this query, this body, these fields, these words, and is all there that it requires? A field
// that the types know and the server refuses is a fault here before anybody types into it; so is a field
// that a page reads of an answer and the description does not know.
// Ends with "calls: N passed, N failed".
import { mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { text } from 'node:stream/consumers'
import { fileURLToPath, pathToFileURL } from 'node:url'

const web = fileURLToPath(new URL('../../web', import.meta.url))
const load = createRequire(`${web}/package.json`)
const ts = load('typescript')
const { build } = await import(pathToFileURL(load.resolve('vite')))
const openapi = JSON.parse(await text(process.stdin))
const faults = new Set()
let passed = 0
const expect = (holds, what) => (holds ? passed++ : faults.add(what))

// ---- nothing goes to the server but through web/src/api

const DOOR = 'api/client.ts'
const WAYS = /\b(fetch|EventSource|WebSocket|XMLHttpRequest|sendBeacon)\s*\(/
const ADDRESS = /['"`]\/(api|public)\/|\}\?\w/
const SENDERS = ['call', 'blob', 'text']

const all = readdirSync(`${web}/src`, { recursive: true }).filter((f) => /(?<!\.test)\.(ts|vue)$/.test(f))
for (const file of all) {
  const source = readFileSync(`${web}/src/${file}`, 'utf8')
  const inside = file.startsWith('api/')
  expect(file === DOOR || !WAYS.test(source), `${file}: speaks to the server past ${DOOR}`)
  expect(inside || !ADDRESS.test(source), `${file}: an address of the server outside web/src/api`)
  for (const [, names] of inside ? [] : source.matchAll(/import \{([^}]*)\} from '[^']*api\/client'/g))
    for (const name of SENDERS)
      expect(!names.split(/[\s,]+/).includes(name), `${file}: ${name}() of ${DOOR} outside web/src/api`)
}

// ---- the functions of web/src/api, built with a mark at each place that sends

const sources = all.filter((f) => f.startsWith('api/') && f !== DOOR)
const places = new Map() // "api/index.ts:63" -> whether it was reached
globalThis.reached = (place) => places.set(place, true)

/** Puts (reached("file:line"), call) in the place of each call that is called. */
function marked(file, source) {
  const tree = ts.createSourceFile(file, source, ts.ScriptTarget.Latest, true)
  const edits = []
  const visit = (node) => {
    if (ts.isCallExpression(node) && ts.isIdentifier(node.expression) && SENDERS.includes(node.expression.text)) {
      const at = node.expression.getStart()
      const place = `${file}:${tree.getLineAndCharacterOfPosition(at).line + 1}`
      places.set(place, false)
      edits.push([at, node.expression.end, `(globalThis.reached('${place}'), ${node.expression.text})`])
    }
    ts.forEachChild(node, visit)
  }
  visit(tree)
  for (const [from, to, by] of edits.reverse()) source = source.slice(0, from) + by + source.slice(to)
  return source
}

const out = `${web}/node_modules/.calls`
rmSync(out, { recursive: true, force: true })
mkdirSync(out, { recursive: true })
const mark = {
  name: 'mark',
  enforce: 'pre',
  transform: (source, id) => (sources.includes(id.slice(web.length + 5)) ? marked(id.slice(web.length + 5), source) : null),
}
await build({
  root: web,
  configFile: false,
  logLevel: 'error',
  publicDir: false,
  plugins: [mark],
  build: {
    ssr: true,
    outDir: out,
    rolldownOptions: {
      input: Object.fromEntries(sources.map((f) => [f.replace(/\W/g, '_'), `${web}/src/${f}`])),
      output: { entryFileNames: '[name].mjs' },
    },
  },
})

// ---- all that a type lets one give

/** A text of no meaning: matches any word that the description leaves open, and no list of words. */
const ANY = 'x'
const DEEP = 6
const options = { strict: true, exactOptionalPropertyTypes: false, target: ts.ScriptTarget.ESNext, module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler, lib: ['lib.esnext.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'], types: [],
  noEmit: true, skipLibCheck: true }
const program = ts.createProgram(sources.map((f) => `${web}/src/${f}`), options)
const types = program.getTypeChecker()
const is = (type, flag) => (type.flags & flag) !== 0

/** Values that together hold every field and every word that the type knows. */
function values(type, where, depth = 0) {
  const next = (t, name) => values(t, `${where}.${name}`, depth + 1)
  if (is(type, ts.TypeFlags.Any | ts.TypeFlags.Unknown)) throw new Error(`${where} has no type`)
  if (type.isUnion()) {
    const some = type.types.filter((t) => !is(t, ts.TypeFlags.Null | ts.TypeFlags.Undefined))
    return some.flatMap((t) => values(t, where, depth))
  }
  if (type.isStringLiteral() || type.isNumberLiteral()) return [type.value]
  if (is(type, ts.TypeFlags.BooleanLiteral)) return [types.typeToString(type) === 'true']
  if (is(type, ts.TypeFlags.StringLike)) return [ANY]
  if (is(type, ts.TypeFlags.NumberLike)) return [7]
  if (is(type, ts.TypeFlags.Null | ts.TypeFlags.Undefined)) return [null]
  const name = type.symbol?.name
  if (name === 'File') return [new File(['x'], 'x.xlsx')]
  if (name === 'Blob') return [new Blob(['x'])]
  if (depth > DEEP) return [{}]
  if (types.isArrayLikeType(type)) return [values(types.getTypeArguments(type)[0], `${where}[]`, depth + 1)]
  const map = types.getIndexInfosOfType(type)[0]
  if (map) return [{ [ANY]: next(map.type, '*')[0] }]
  return zipped(types.getPropertiesOfType(type).map((p) => [p.name, next(types.getTypeOfSymbol(p), p.name)]))
}

/** As many objects as the longest list has values, each with a value of every list. */
function zipped(lists) {
  const most = Math.max(1, ...lists.map(([, list]) => list.length))
  return Array.from({ length: most }, (_, i) => Object.fromEntries(lists.map(([key, list]) => [key, list[i % list.length]])))
}

// ---- run, and what it sends is caught

let sent = []
globalThis.fetch = async (address, init) => {
  sent.push({ method: init.method ?? 'GET', address, body: init.body })
  return new Response('{}', { headers: { 'Content-Type': 'application/json' } })
}

/** Each function and each address below a value of web/src/api, whose type is known. */
async function run(value, type, where) {
  const [signature] = types.getSignaturesOfType(type, ts.SignatureKind.Call)
  if (typeof value === 'string') return value.startsWith('/') ? check({ method: 'GET', address: value }, where) : undefined // a list of words is no address
  if (typeof value === 'boolean') return
  if (signature) return runFunction(value, signature, where)
  for (const p of types.getPropertiesOfType(type)) await run(value[p.name], types.getTypeOfSymbol(p), `${where}.${p.name}`)
}

async function runFunction(act, signature, where) {
  const given = signature.parameters.map((p) => [p.name, values(types.getTypeOfSymbol(p), `${where}(${p.name})`)])
  for (const one of zipped(given)) {
    sent = []
    let answer = act(...given.map(([name]) => one[name]))
    const back = signature.getReturnType()
    if (answer instanceof Promise) {
      answer = await answer
      expect(sent.length > 0, `${where}: sends nothing`)
    } else await run(answer, back, `${where}()`)
    for (const call of sent.splice(0)) {
      const route = check(call, where)
      if (route && answer instanceof Object && !sent.length) checkAnswer(route, types.getAwaitedType(back), `${where}: ${call.method} ${call.address}`)
    }
  }
}

/** What a page reads of an answer stands in its description, where there is one. The operations of
 * `answers-open` are those whose description still says less: none is added, and one that became
 * whole leaves the list. */
const undescribed = new Set(readFileSync(new URL('answers-open', import.meta.url), 'utf8').split('\n').filter(Boolean))
const lacking = new Map() // operation -> what it lacks
function checkAnswer(route, type, what) {
  const schema = route.responses['200'].content?.['application/json']?.schema
  const lacks = new Set()
  if (schema && type) checkRead(schema, type, lacks, 'the answer', 0)
  passed++
  for (const lack of lacks) lacking.set(route.operationId, `${what}: ${lack}`)
}

function checkRead(given, whole, lacks, name, depth) {
  const schema = resolved(given)
  const type = types.getNonNullableType(whole)
  if (depth > DEEP || type.isUnion()) return
  if (schema.items && types.isArrayLikeType(type)) return checkRead(schema.items, types.getTypeArguments(type)[0], lacks, `${name}[]`, depth + 1)
  if (!schema.properties || !is(type, ts.TypeFlags.Object | ts.TypeFlags.Intersection)) return
  for (const p of types.getPropertiesOfType(type)) {
    if (schema.properties[p.name]) checkRead(schema.properties[p.name], types.getTypeOfSymbol(p), lacks, p.name, depth + 1)
    else lacks.add(`${name} has no ${p.name}`)
  }
}

// ---- against the description

function operation(method, path) {
  const parts = path.split('/')
  const fits = (template) => {
    const own = template.split('/')
    return own.length === parts.length && own.every((p, i) => p.startsWith('{') || p === parts[i])
  }
  const named = (template) => template.split('/').filter((p) => !p.startsWith('{')).length
  const found = Object.keys(openapi.paths).filter((t) => fits(t) && openapi.paths[t][method.toLowerCase()])
  return openapi.paths[found.sort((a, b) => named(b) - named(a))[0]]?.[method.toLowerCase()]
}

function check({ method, address, body }, where) {
  const [path, search] = address.split('?')
  const what = `${where}: ${method} ${path}`
  if (path.startsWith('/public/')) return undefined // the public's pages, no part of the API
  const route = operation(method, path)
  expect(route, `${what}: there is no such route`)
  if (!route) return undefined
  const taken = route.parameters.filter((p) => p.in === 'query').map((p) => p.name)
  const open = route.parameters.some((p) => p.explode) // fields that the pack declares
  for (const key of new URLSearchParams(search).keys()) expect(open || taken.includes(key), `${what}: takes no ?${key}=`)
  checkBody(route.requestBody, body, what)
  return route
}

function checkBody(taken, body, what) {
  if (body === undefined) return expect(!taken, `${what}: sends no body`)
  const type = body instanceof Blob ? 'application/octet-stream' : body instanceof FormData ? 'multipart/form-data' : 'application/json'
  if (!taken) return expect(body === '{}', `${what}: takes no body, not ${body}`)
  const content = taken.content[type]
  expect(content, `${what}: takes no ${type}`)
  if (content && type === 'application/json') checkValue(content.schema, JSON.parse(body), what, 'the body')
  if (content && body instanceof FormData)
    for (const key of body.keys()) expect(content.schema.properties[key], `${what}: takes no part ${key}`)
}

const resolved = (schema) => (schema.$ref ? { ...schema.$ref.slice(2).split('/').reduce((o, k) => o[k], openapi), ...schema } : schema)

/** Fields, required ones, words. An object without properties is one that the pack describes. */
function checkValue(given, value, what, name) {
  const schema = resolved(given)
  if (value === null) return
  const kind = Array.isArray(value) ? 'array' : Number.isInteger(value) ? 'integer' : typeof value
  expect(!schema.type || [schema.type].flat().includes(kind), `${what}: ${name} is ${[schema.type].flat()[0]}, not ${kind}`)
  if (schema.enum && value !== ANY) expect(schema.enum.includes(value), `${what}: ${name} is never "${value}"`)
  if (kind === 'array') for (const item of value) checkValue(schema.items ?? {}, item, what, `${name}[]`)
  if (kind !== 'object' || !schema.properties) return
  for (const key of schema.required ?? []) expect(key in value, `${what}: ${name} lacks ${key}`)
  for (const [key, item] of Object.entries(value)) {
    const field = schema.properties[key]
    expect(field && !field.readOnly, `${what}: ${name} takes no ${key}`)
    if (field) checkValue(field, item, what, key)
  }
}

for (const file of sources) {
  const built = await import(pathToFileURL(`${out}/${file.replace(/\W/g, '_')}.mjs`))
  const tree = program.getSourceFile(`${web}/src/${file}`)
  for (const symbol of types.getExportsOfModule(types.getSymbolAtLocation(tree) ?? { flags: 0 }))
    if (symbol.flags & ts.SymbolFlags.Value) await run(built[symbol.name], types.getTypeOfSymbolAtLocation(symbol, tree), symbol.name)
}
for (const [place, was] of places) expect(was, `web/src/${place}: sends something, and no exported function leads there`)
expect(places.size > 0, 'no call')
for (const [operation, lack] of lacking) expect(undescribed.has(operation), `${lack} (${operation})`)
for (const operation of undescribed) expect(lacking.has(operation), `${operation} is described whole: take it out of answers-open`)

for (const fault of faults) console.log(`calls: ${fault}`)
console.log(`calls: ${passed} passed, ${faults.size} failed`)
process.exit(faults.size ? 1 : 0)
