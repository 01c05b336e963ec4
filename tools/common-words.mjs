#!/usr/bin/env node
// Makes data/common-words.tsv: words that guessers try first, each with how early, from the frequency
// lists of the npm package zxcvbn and the list of this file. usage: node tools/common-words.mjs FOLDER
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'

const lists = createRequire(import.meta.url)(`${process.argv[2]}/lib/frequency_lists.js`)
const KEPT = { passwords: 16000, english_wikipedia: 6000, surnames: 3000, female_names: 1500, male_names: 800 }
/** What guessers of this place try: pinyin, keyboards' Chinese habits, the programme's own words. */
const HERE = `woaini woaiwojia woaizhongguo zhongguo beijing shandong jinan qingdao yantai weifang linyi zibo
zaozhuang dongying jining taian weihai rizhao dezhou liaocheng binzhou heze laiwu qilu taishan huanghe
wang zhang zhao chen yang huang zhou zhu sun guo tuijin xiangcun zhenxing fupin xiangzhen nongye nongcun
caizheng zhengfu shengji shiji xianji tuopin quyu guanli guanliyuan xitong mima denglu ceshi huawei wps
admin administrator root guest system tester default changeme manager operator security auditor audit
nihao haha hehe asdf zxcv qwer aaa abc abcd`.split(/\s+/)

const rank = new Map()
const put = (word, at) => {
  if (/^[!-~]{3,20}$/.test(word) && !(rank.get(word) <= at)) rank.set(word, at)
}
for (const [name, most] of Object.entries(KEPT)) lists[name].slice(0, most).forEach((w, i) => put(w, i + 1))
HERE.forEach((w, i) => put(w, 100 + i))
const lines = [...rank].sort(([a], [b]) => (a < b ? -1 : 1)).map(([w, r]) => `${w}\t${r}\n`)
writeFileSync('data/common-words.tsv', lines.join(''))
