// The value that a signer commits to: made here, kept in this browser until it is revealed, never
// sent before. Without it nobody can reveal, so it can be written down.
const at = (draw: number, party: string) => `draw-${draw}-${party}`

/** 256 random bits as hexadecimal. */
export function newValue(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(32)), (b) => b.toString(16).padStart(2, '0')).join('')
}

/** What the server will ask of it: at least 128 bits, and not something that was typed. */
export function isStrong(value: string): boolean {
  return /^[0-9a-f]{32,128}$/.test(value) && new Set(value).size >= 8
}

export const keepValue = (draw: number, party: string, value: string) => localStorage.setItem(at(draw, party), value)
export const keptValue = (draw: number, party: string) => localStorage.getItem(at(draw, party)) ?? ''
export const dropValue = (draw: number, party: string) => localStorage.removeItem(at(draw, party))
