// SHA-256 (FIPS 180-4) of a text, in hexadecimal. The browser's own is only there over TLS, which the
// oldest intranets do without.
const K = new Uint32Array(64)
const START = new Uint32Array(8)

/** The first 32 bits of the fraction of a root: of primes, as the standard derives its constants. */
const fraction = (x: number) => ((x - Math.floor(x)) * 2 ** 32) >>> 0

function derive(): void {
  const primes: number[] = []
  for (let n = 2; primes.length < 64; n += 1) if (primes.every((p) => n % p)) primes.push(n)
  primes.forEach((p, i) => (K[i] = fraction(Math.cbrt(p))))
  for (let i = 0; i < 8; i += 1) START[i] = fraction(Math.sqrt(primes[i]!))
}

const turn = (x: number, n: number) => (x >>> n) | (x << (32 - n))

function padded(text: string): DataView {
  const bytes = new TextEncoder().encode(text)
  const all = new Uint8Array(((bytes.length + 72) >> 6) << 6)
  all.set(bytes)
  all[bytes.length] = 0x80
  const view = new DataView(all.buffer)
  view.setUint32(all.length - 4, bytes.length * 8)
  return view
}

function block(h: Uint32Array, view: DataView, at: number): void {
  const w = new Uint32Array(64)
  for (let i = 0; i < 16; i += 1) w[i] = view.getUint32(at + i * 4)
  for (let i = 16; i < 64; i += 1) {
    const a = w[i - 15]!
    const b = w[i - 2]!
    w[i] = w[i - 16]! + w[i - 7]! + (turn(a, 7) ^ turn(a, 18) ^ (a >>> 3)) + (turn(b, 17) ^ turn(b, 19) ^ (b >>> 10))
  }
  let [a, b, c, d, e, f, g, l] = h as unknown as [number, number, number, number, number, number, number, number]
  for (let i = 0; i < 64; i += 1) {
    const one = (l + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + K[i]! + w[i]!) | 0
    const two = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0
    ;[l, g, f, e, d, c, b, a] = [g, f, e, (d + one) | 0, c, b, a, (one + two) | 0]
  }
  ;[a, b, c, d, e, f, g, l].forEach((x, i) => (h[i] = h[i]! + x))
}

export function sha256(text: string): string {
  if (!K[0]) derive()
  const h = START.slice()
  const view = padded(text)
  for (let at = 0; at < view.byteLength; at += 64) block(h, view, at)
  return Array.from(h, (x) => x.toString(16).padStart(8, '0')).join('')
}
