// Makes data/pinyin.txt: Chinese characters in the order of a dictionary, by pinyin, tone and strokes.
// usage: node tools/pinyin.mjs > data/pinyin.txt   (a Node with the whole of ICU)
const order = new Intl.Collator('zh-u-co-pinyin').compare;
if (order('阿', '佐') >= 0 || order('张', '李') <= 0)
  throw new Error('this Node knows no pinyin');
const all = ['〇'];
for (let c = 0x4e00; c <= 0x9fff; c++)
  all.push(String.fromCodePoint(c));
all.sort((a, b) => order(a, b) || a.codePointAt(0) - b.codePointAt(0));
for (let i = 0; i < all.length; i += 48)
  console.log(all.slice(i, i + 48).join(''));
