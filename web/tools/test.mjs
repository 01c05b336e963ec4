// Builds every *.test.ts below src/ for node and runs them with node's own test runner.
import { spawnSync } from 'node:child_process'
import { readdirSync, rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'

const root = fileURLToPath(new URL('..', import.meta.url))
const out = `${root}node_modules/.tests`
const found = readdirSync(`${root}src`, { recursive: true }).filter((f) => f.endsWith('.test.ts'))
const input = Object.fromEntries(found.map((f) => [f.replace(/[/\\]/g, '_').slice(0, -3), `${root}src/${f}`]))

rmSync(out, { recursive: true, force: true })
await build({
  root,
  configFile: false,
  logLevel: 'error',
  publicDir: false,
  build: { ssr: true, outDir: out, rolldownOptions: { input, output: { entryFileNames: '[name].mjs' } } },
})

const files = Object.keys(input).map((name) => `${out}/${name}.mjs`)
const run = spawnSync(process.execPath, ['--test', '--test-reporter=tap', ...files], { encoding: 'utf8' })
const count = (word) => Number(new RegExp(`^# ${word} (\\d+)`, 'm').exec(run.stdout)?.[1] ?? 0)
const [passed, failed] = [count('pass'), count('fail') + count('cancelled')]
if (failed > 0 || passed === 0) process.stdout.write(run.stdout + run.stderr)
console.log(`web: ${passed} passed, ${failed} failed`)
process.exit(failed === 0 && passed > 0 && run.status === 0 ? 0 : 1)
