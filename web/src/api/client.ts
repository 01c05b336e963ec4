// The one door to the server. Every write carries an Idempotency-Key and keeps it when it is sent
// again, so that a lost answer or an expired session never does a thing twice.
import { ref, watch } from 'vue'
import type { Said } from './types'

export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly said: Said,
    readonly field: string | null = null,
    readonly request: string | null = null,
    readonly body: unknown = null,
  ) {
    super(said.zh)
  }
}

/** Of the program's interface, not of a page. */
export const isAddress = (path: string): boolean => path.startsWith('/api/')

/** False from the first call that found no server until one is found again. */
export const online = ref(true)

const ASK_FIRST_MS = 1_000
const ASK_LAST_MS = 10_000
/** What a gateway says while the program behind it is away. */
const AWAY = new Set([502, 503, 504])

/** Whether the server answers; asks the cheapest thing there is, and reads it, so that the request ends. */
export async function reach(): Promise<boolean> {
  const asked = fetch('/api/session', { cache: 'no-store' })
  online.value = await asked.then(async (answer) => (await answer.arrayBuffer(), isOurs(answer))).catch(() => false)
  return online.value
}

/** A gateway's own page is no answer of the program, which always speaks JSON. */
function isOurs(answer: Response): boolean {
  return !AWAY.has(answer.status) || /json/.test(answer.headers.get('Content-Type') ?? '')
}

/** While there is no server it is asked for more and more rarely, so that a page heals without a hand. */
async function seek(): Promise<void> {
  for (let ms = ASK_FIRST_MS; !online.value; ms = Math.min(2 * ms, ASK_LAST_MS)) {
    await new Promise((resolve) => setTimeout(resolve, ms))
    if (!online.value) await reach()
  }
}
watch(online, (on) => on || void seek(), { flush: 'sync' })

/** Resolves when there is a server. */
export function reached(): Promise<void> {
  if (online.value) return Promise.resolve()
  return new Promise((resolve) => {
    const stop = watch(online, (on) => on && (stop(), resolve()))
  })
}

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE'

/** Logs in again in place; set by the session module. */
let relogin: (() => Promise<void>) | null = null
export const onExpired = (act: () => Promise<void>) => (relogin = act)

/** randomUUID wants a secure context and a newer browser than the oldest here. */
export function newKey(): string {
  const b = crypto.getRandomValues(new Uint8Array(16))
  b[6] = (b[6]! & 0x0f) | 0x40
  b[8] = (b[8]! & 0x3f) | 0x80
  const hex = Array.from(b, (x) => x.toString(16).padStart(2, '0')).join('')
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

const UNREACHED: Said = {
  zh: '服务器没有回应，内容还在本机，没有丢；连上后自动继续。',
  en: 'The server did not answer. What you wrote is still here; the page goes on by itself when the server is back.',
}
const UNREADABLE: Said = {
  zh: '服务器的回答无法识别；内容仍在本机，没有丢失。',
  en: 'The answer of the server could not be read. What you wrote is still here.',
}

async function send(method: Method, path: string, body: unknown, key: string | null): Promise<Response> {
  const headers: Record<string, string> = { Accept: 'application/json' }
  if (key) headers['Idempotency-Key'] = key
  const raw = body instanceof Blob || body instanceof FormData
  if (body !== undefined && !raw) headers['Content-Type'] = 'application/json'
  if (body instanceof Blob) headers['Content-Type'] = 'application/octet-stream'
  const content = body === undefined || raw ? (body as BodyInit | undefined) : JSON.stringify(body)
  try {
    const answer = await fetch(path, { method, headers, body: content, credentials: 'same-origin' })
    online.value = isOurs(answer)
    if (online.value) return answer
  } catch {
    online.value = false
  }
  throw new ApiError(0, 'offline', UNREACHED)
}

async function failure(answer: Response): Promise<ApiError> {
  const body = await answer.json().catch(() => null)
  const error = body?.error ?? {}
  const said = error.message ?? UNREADABLE
  const request = error.request ?? answer.headers.get('X-Request')
  return new ApiError(answer.status, error.code ?? 'unknown', said, error.field ?? null, request, body)
}

/** What the door says in the end: where the session ended, the log-in comes first, in place. */
async function answered(method: Method, path: string, body?: unknown, key?: string): Promise<Response> {
  const idempotency = method === 'GET' ? null : (key ?? newKey())
  let answer = await send(method, path, body, idempotency)
  while (answer.status === 401 && relogin && !path.startsWith('/api/session')) {
    await relogin()
    answer = await send(method, path, body, idempotency)
  }
  if (!answer.ok) throw await failure(answer)
  return answer
}

export async function call<T>(method: Method, path: string, body?: unknown, key?: string): Promise<T> {
  const answer = await answered(method, path, body, key)
  if (answer.status === 204) return undefined as T
  return (await answer.json().catch(() => {
    throw new ApiError(answer.status, 'unknown', UNREADABLE)
  })) as T
}

/** A file, and what the server calls it. */
export async function file(method: Method, path: string, body?: unknown): Promise<{ content: Blob; disposition: string | null }> {
  const answer = await answered(method, path, body)
  return { content: await answer.blob(), disposition: answer.headers.get('Content-Disposition') }
}

/** Sends a body and takes a file for it. */
export const blob = async (path: string, body: unknown): Promise<Blob> => (await file('POST', path, body)).content

/** A file as text. */
export const text = async (path: string): Promise<string> => (await answered('GET', path)).text()

/** "?a=1&b=2" of what is set. */
export function query(values: Record<string, string | number | null | undefined>): string {
  const set = Object.entries(values).filter(([, v]) => v !== null && v !== undefined && v !== '')
  const text = new URLSearchParams(set.map(([k, v]) => [k, String(v)])).toString()
  return text ? `?${text}` : ''
}
