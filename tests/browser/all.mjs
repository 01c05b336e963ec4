// Runs the suites one after the other on one server and one Chromium, and counts.
import { closeWorld, openWorld } from './world.mjs'
import { tally } from './tally.mjs'

const SUITES = ['gates', 'crawl', 'simulate', 'examples', 'admin', 'doors', 'selection', 'journey', 'lost', 'draft']
const wanted = process.argv.slice(2)

const world = await openWorld()
try {
  for (const name of SUITES.filter((s) => wanted.length === 0 || wanted.includes(s))) {
    const started = Date.now()
    const { run } = await import(`./${name}.mjs`)
    await run(world)
    console.log(`== ${name}: ${((Date.now() - started) / 1000).toFixed(1)} s`)
  }
} catch (e) {
  tally.failed += 1
  console.error(e)
} finally {
  await closeWorld(world)
}
const skipped = tally.skipped ? `, ${tally.skipped} skipped` : ''
console.log(`browser: ${tally.passed} passed, ${tally.failed} failed${skipped}`)
process.exit(tally.failed === 0 && tally.passed > 0 ? 0 : 1)
