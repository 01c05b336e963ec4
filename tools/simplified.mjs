#!/usr/bin/env node
// Makes data/simplified.tsv: traditional characters, each with its simplified one, by ICU's transliterator
// Traditional-Simplified. Wants uconv (Debian: icu-devtools). usage: node tools/simplified.mjs
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'

const BLOCKS = [[0x3400, 0x4dbf], [0x4e00, 0x9fff]] // three bytes each in UTF-8: all lines are of one length
const all = BLOCKS.flatMap(([a, z]) => Array.from({ length: z - a + 1 }, (_, i) => String.fromCodePoint(a + i)))
const simplified = execFileSync('uconv', ['-f', 'utf8', '-t', 'utf8', '-x', 'Traditional-Simplified'], {
  input: all.join('\n'),
  maxBuffer: 1 << 24,
}).toString().split('\n')
const to = new Map(all.map((c, i) => [c, simplified[i]]).filter(([c, s]) => c !== s && s.length === 1))
// 苎 and 苧 are given as each other's: the first of such a pair stays as it is, so that folding twice is folding once
for (const [c, s] of to) if (to.get(s) === c) to.delete(c)
const end = (c) => (to.has(c) ? end(to.get(c)) : c)
writeFileSync('data/simplified.tsv', [...to.keys()].map((c) => `${c}\t${end(c)}\n`).join(''))
