// The gates on what a browser loads, over the built dist: login, every page, all of it. What a page
// loads is its chunk with all that it imports, on top of the entry and the shell.
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'

const dist = fileURLToPath(new URL('../dist', import.meta.url))
if (!existsSync(`${dist}/assets`)) throw new Error('build first')
const KB = 1000
const GATES = { login: 140 * KB, page: 250 * KB, all: 900 * KB }

const files = readdirSync(`${dist}/assets`)
const text = new Map(files.map((f) => [f, readFileSync(`${dist}/assets/${f}`, 'utf8')]))
const size = new Map(files.map((f) => [f, gzipSync(readFileSync(`${dist}/assets/${f}`)).length]))
const sum = (names) => [...names].reduce((all, f) => all + size.get(f), 0)
const chunk = (name) => files.find((f) => f.startsWith(`${name}-`) && f.endsWith('.js'))

/** What one chunk needs before it runs: its static imports. */
function closure(name, found = new Set()) {
  if (!name || found.has(name)) return found
  found.add(name)
  for (const [, next] of text.get(name).matchAll(/(?:from|import)"\.\/([^"]+\.js)"/g)) closure(next, found)
  return found
}

const entry = /assets\/(index-[^"]+\.js)/.exec(readFileSync(`${dist}/index.html`, 'utf8'))[1]
const base = closure(entry, new Set(files.filter((f) => f.endsWith('.css'))))
const shell = closure(chunk('AppShell'), new Set(base))
const zone = closure(chunk('ZonePage'), new Set(shell))
const pages = files.filter((f) => /(Page|List)-[^-]+\.js$/.test(f)).map((f) => [f, closure(f, new Set(shell))])
const parts = files.filter((f) => /Part-[^-]+\.js$/.test(f)).map((f) => [f, closure(f, new Set(zone))])
for (const part of parts) if (part[0].startsWith('ProjectsPart')) closure(chunk('ProjectGrid'), part[1])

const rows = [
  ['login', sum(closure(chunk('LoginPage'), new Set(base))), GATES.login],
  ...[...pages, ...parts].map(([name, all]) => [name.replace(/-[^-]+\.js$/, ''), sum(all), GATES.page]),
  ['all', sum(files), GATES.all],
]
const over = rows.filter(([, bytes, gate]) => bytes > gate)
const [page, most] = rows.slice(1, -1).sort((a, b) => b[1] - a[1])[0]
for (const [name, bytes, gate] of over) console.error(`${name}: ${bytes} bytes gzipped, at most ${gate}`)
const kb = (bytes) => (bytes / KB).toFixed(1)
console.log(`web sizes: login ${kb(rows[0][1])} kB, largest page ${page} ${kb(most)} kB, all ${kb(sum(files))} kB; ${rows.length - over.length} passed, ${over.length} failed`)
process.exit(over.length ? 1 : 0)
