// Counts cases; each is a sentence and the acts that prove it.
export const tally = { passed: 0, failed: 0, skipped: 0 }

/** True where it held. A failure is told with its reason and does not end the suite. */
export async function test(sentence, body) {
  try {
    await body()
    tally.passed += 1
    return true
  } catch (e) {
    tally.failed += 1
    console.error(`FAILED ${sentence}\n${e.stack}`)
    return false
  }
}

export function skip(sentence, why) {
  tally.skipped += 1
  console.log(`skipped: ${sentence}: ${why}`)
}

/** Waits until the answer of `ask` is true; fails with the last answer of `tell` after `ms`, a limit no slow machine should meet. */
export async function until(ask, tell, ms = 60_000) {
  const end = Date.now() + ms
  while (!(await ask())) {
    if (Date.now() > end) throw new Error(`not within ${ms} ms: ${await tell()}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
