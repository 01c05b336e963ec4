// Opens each file named in dmn-moddle; a warning is a failure, and so is a decision that it does
// not see. dmn-moddle knows the namespace of DMN 1.3 alone, so the file is read under that one:
// what it holds must then be of both versions.
import { readFileSync } from 'node:fs'
import { DmnModdle } from 'dmn-moddle'

async function open(file) {
  const xml = readFileSync(file, 'utf8').replaceAll('/DMN/20230324/', '/DMN/20191111/')
  const written = xml.match(/<(?!tj:)(?:\w+:)?decision[\s>]/g)?.length ?? 0
  const { rootElement, warnings } = await new DmnModdle().fromXML(xml, 'dmn:Definitions')
  const seen = rootElement.drgElement.filter((e) => e.$type === 'dmn:Decision').length
  for (const warning of warnings) console.log(`${file}: ${warning.message}`)
  console.log(`${file}: ${seen} of ${written} decisions, ${warnings.length} warnings`)
  return written > 0 && seen === written && warnings.length === 0
}

let good = true
for (const file of process.argv.slice(2)) {
  const opened = await open(file).catch((error) => console.log(`${file}: ${error.message}`))
  good = good && opened === true
}
process.exit(good ? 0 : 1)
