// The whole selection of the demo batch in one go, on one server: two cities compare, choose and pass
// one over; eight zones are reported; the province checks their form and grants an exception; experts
// are drawn, leave and are replaced, score; defences, site visits of which one disqualifies a zone,
// ranking, determination by both organs, publication, an objection that is upheld, and the replay.
// Each station is walked on its pages. What would only repeat a page goes over the routes behind it,
// in sessions of the same accounts (office.mjs): six counties mend and send up, five cities report,
// commissions visit the other seven zones, and all experts but one give in their sheets.
import { walk } from './hands.mjs'
import { openOffice } from './office.mjs'
import { cities } from './selection/cities.mjs'
import { draw, pool } from './selection/draw.mjs'
import { defence, determination, publication, site } from './selection/outcome.mjs'
import { form, paper } from './selection/review.mjs'
import { DESK, assertSound, newBrowser, newPage, login, shoot } from './world.mjs'

/** What the stations share: the open page, the desks without one, and what was made so far. */
function newJourney(world) {
  const j = { world, office: openOffice(world), page: null }
  j.leave = async () => {
    await j.page?.context().close()
    j.page = null
  }
  /** Another page beside the current one. */
  j.open = async (account, path, size = DESK, more = {}) => {
    const page = await newPage(await newBrowser(world, size, more))
    if (account) await login(page, account, path)
    else await page.goto(path)
    return page
  }
  /** Leaves the current page for one of this account, or of nobody. */
  j.enter = async (...where) => {
    await j.leave()
    j.page = await j.open(...where)
    return j.page
  }
  j.sound = async (name) => {
    await assertSound(j.page, name)
    await shoot(j.page, name)
  }
  return j
}

export async function run(world) {
  const j = newJourney(world)
  const stations = [cities, pool, form, draw, paper, defence, site, determination, publication].flat()
  try {
    await walk(stations.map(([sentence, act]) => [sentence, () => act(j)]), () => j.page)
  } finally {
    await j.leave()
    await j.office.close()
  }
}
