// The works of works.json in feelin, zen and json-logic: answers, then the cost of parsing and
// running, and of running what was prepared. Figures as the programs beside it print them.
//
// Each is used in the fastest way that its public interface has (README.md says which).
import { readFileSync } from 'node:fs'
import { evaluate } from 'feelin'
import logic from 'json-logic-js'
import zen from '@gorules/zen-engine'

const ROUNDS = 15
const ROUND_S = 0.03
const engine = new zen.ZenEngine()

const figure = (name, value) => console.log(`${name}\t${value}`)

// A graph of one node: what zen can compile once.
function graph(node) {
  const edge = (id, sourceId, targetId) => ({ id, sourceId, targetId, type: 'edge' })
  return {
    contentType: 'application/vnd.gorules.decision',
    nodes: [
      { id: 'in', type: 'inputNode', name: 'in' },
      { id: 'node', name: 'node', ...node },
      { id: 'out', type: 'outputNode', name: 'out' },
    ],
    edges: [edge('a', 'in', 'node'), edge('b', 'node', 'out')],
  }
}

function zenNode(work) {
  if (!work.rows)
    return {
      type: 'expressionNode',
      content: { expressions: [{ id: 'e', key: 'result', value: work.zen }] },
    }
  return {
    type: 'decisionTableNode',
    content: {
      hitPolicy: 'first',
      inputs: [{ id: 'i', name: 'region', field: 'region' }],
      outputs: [{ id: 'o', name: 'result', field: 'result' }],
      rules: work.rows.map(([key, sum], i) => ({ _id: `r${i}`, i: `"${key}"`, o: `${sum}` })),
    },
  }
}

// zen reads no names outside ASCII: the same inputs under Latin keys.
function latin(value, keys) {
  if (Array.isArray(value)) return value.map((v) => latin(v, keys))
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([k, v]) => [keys[k], latin(v, keys)]))
}

function uses(work) {
  const inputs = work.inputs
  const latins = inputs.map((input) => latin(input, work.latin))
  const text = JSON.stringify(work.logic)
  const content = graph(zenNode(work))
  const decision = engine.createDecision(content)
  const result = async (d, i) => (await d.evaluate(latins[i])).result.result
  return {
    feelin: { parsing: (i) => evaluate(work.feel, inputs[i]).value },
    zen: {
      parsing: work.rows
        ? (i) => result(engine.createDecision(content), i)
        : (i) => zen.evaluateExpressionSync(work.zen, latins[i]),
      prepared: (i) => result(decision, i),
    },
    jsonlogic: {
      parsing: (i) => logic.apply(JSON.parse(text), inputs[i]),
      prepared: (i) => logic.apply(work.logic, inputs[i]),
    },
  }
}

async function cost(run, count) {
  const waits = run(0) instanceof Promise
  const round = async (times) => {
    const start = process.cpuUsage()
    if (waits) for (let i = 0; i < times; i++) await run(i % count)
    else for (let i = 0; i < times; i++) run(i % count)
    const used = process.cpuUsage(start)
    return (used.user + used.system) * 1000
  }
  let times = 1
  let best = await round(times)
  while (best < ROUND_S * 1e9) best = await round((times *= 2))
  for (let i = 1; i < ROUNDS; i++) best = Math.min(best, await round(times))
  return best / times
}

for (const work of JSON.parse(readFileSync(new URL('works.json', import.meta.url), 'utf8')))
  for (const [peer, ways] of Object.entries(uses(work)))
    for (const [way, run] of Object.entries(ways)) {
      const answers = []
      for (let i = 0; i < work.inputs.length; i++) answers.push(await run(i))
      figure(`${peer}.${work.name}.${way}.answers`, JSON.stringify(answers))
      figure(`${peer}.${work.name}.${way}`, await cost(run, work.inputs.length))
    }
