// The program itself, serving a marked demo out of a directory of its own; where TUIJIN_TEST_PG names
// a PostgreSQL server, with a database of its own there.
import { execFileSync, spawn } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'

const START_MS = 120_000
const DEMO = 'build/test/demo'

const PG = process.env.TUIJIN_TEST_PG
const database = (data) => basename(data).toLowerCase()
const store = (data) => (PG ? ['--store', `${PG} dbname='${database(data)}'`] : [])

/** A folder with a copy of the demo that tests/browser/demo made; with PostgreSQL, or for a demo of a suite's own, an empty one. */
export function newData(own) {
  const data = mkdtempSync(join(tmpdir(), 'tuijin-browser-'))
  if (PG) execFileSync('psql', ['-q', '-d', PG, '-c', `CREATE DATABASE "${database(data)}"`])
  else if (!own) cpSync(DEMO, data, { recursive: true, preserveTimestamps: true })
  return data
}

/** Resolves when the program has said its address. Port 0 takes a free one; made: what else its demo is made of. */
export function startServer(data, port = 0, made = []) {
  const words = ['serve', '--data', data, '--demo', '--port', String(port), ...made, ...store(data)]
  const child = spawn('build/tuijin', words, { stdio: ['ignore', 'pipe', 'pipe'] })
  const said = []
  child.stderr.on('data', (bytes) => said.push(String(bytes)))
  return new Promise((resolve, reject) => {
    const fail = (why) => reject(new Error(`the server did not start: ${why}\n${said.join('')}`))
    const timer = setTimeout(() => fail('too slow'), START_MS)
    child.on('exit', (code) => fail(`exit ${code}`))
    child.stdout.on('data', (bytes) => {
      said.push(String(bytes))
      const address = /http:\/\/127\.0\.0\.1:(\d+)/.exec(said.join(''))
      if (!address) return
      clearTimeout(timer)
      resolve({ child, data, port: Number(address[1]), url: address[0], said })
    })
  })
}

/** Ends the program and waits for it; SIGKILL gives it no chance to tidy up. */
export function stopServer(server, signal = 'SIGTERM') {
  if (server.child.exitCode !== null || server.child.signalCode) return Promise.resolve()
  return new Promise((resolve) => {
    server.child.once('exit', resolve)
    server.child.kill(signal)
  })
}

/** What a command of the program says about the server's data. */
export const command = (server, ...words) =>
  execFileSync('build/tuijin', [...words, '--data', server.data, ...store(server.data)], { encoding: 'utf8' })

export function dropData(data) {
  rmSync(data, { recursive: true, force: true })
}
