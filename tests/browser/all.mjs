// Runs the suites one after the other, each on a server of its own with a fresh demo, so that none
// depends on what another left; and counts.
import { closeWorld, openWorld } from './world.mjs'
import { tally } from './tally.mjs'

const SUITES = ['gates', 'crawl', 'simulate', 'examples', 'register', 'upload', 'admin', 'doors', 'selection', 'journey', 'lost', 'draft', 'programme']
const wanted = process.argv.slice(2)

for (const name of SUITES.filter((s) => wanted.length === 0 || wanted.includes(s))) {
  const started = Date.now()
  const { run, made } = await import(`./${name}.mjs`)
  const world = await openWorld(made)
  try {
    await run(world)
  } catch (e) {
    tally.failed += 1
    console.error(e)
  } finally {
    await closeWorld(world)
  }
  console.log(`== ${name}: ${((Date.now() - started) / 1000).toFixed(1)} s`)
}
const skipped = tally.skipped ? `, ${tally.skipped} skipped` : ''
console.log(`browser: ${tally.passed} passed, ${tally.failed} failed${skipped}`)
process.exit(tally.failed === 0 && tally.passed > 0 ? 0 : 1)
