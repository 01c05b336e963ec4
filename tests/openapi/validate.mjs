// usage: tuijin openapi | node validate.mjs   OpenAPI 3.1 as its own schema has it, and what no
// schema can say: every reference leads somewhere, every operation has a name of its own, every
// {parameter} of a path is declared. Ends with "schema: N passed, N failed".
import { readFileSync } from 'node:fs'
import { Validator } from '@seriousme/openapi-schema-validator'

const document = JSON.parse(readFileSync(0, 'utf8'))
const faults = []
let passed = 0
const expect = (holds, what) => (holds ? passed++ : faults.push(what))

const result = await new Validator().validate(structuredClone(document))
expect(result.valid, `not OpenAPI: ${JSON.stringify(result.errors ?? []).slice(0, 2000)}`)
expect(document.openapi.startsWith('3.1.'), `version ${document.openapi}`)

const at = (ref) => ref.slice(2).split('/').reduce((node, key) => node?.[key], document)
JSON.stringify(document, (key, value) => {
  if (key === '$ref') expect(at(value) !== undefined, `${value} leads nowhere`)
  return value
})

const names = new Set()
for (const [path, methods] of Object.entries(document.paths))
  for (const [method, operation] of Object.entries(methods)) {
    const where = `${method} ${path}`
    expect(!names.has(operation.operationId), `${where}: ${operation.operationId} stands twice`)
    names.add(operation.operationId)
    const declared = operation.parameters.filter((p) => p.in === 'path').map((p) => p.name)
    const written = [...path.matchAll(/\{(\w+)\}/g)].map((m) => m[1])
    expect(declared.join() === written.join(), `${where}: parameters ${declared}`)
  }
expect(names.size > 0, 'no operation')

for (const fault of faults) console.log(`openapi: ${fault}`)
console.log(`schema: ${passed} passed, ${faults.length} failed`)
process.exit(faults.length ? 1 : 0)
