// Every route that the pages use, by noun.
import { blob, call, query, text } from './client'
import type * as R from './review'
import type * as S from './selection'
import type * as E from './expert'
import type * as G from './register'
import type {
  GetFiguresRow, GetRegistersOneImportsOneRefusalsRow, GetRegistersOneOneChecksRow, GetUserPapersRow, Import, PostRegistersOnePublicationsBody,
  PostUserPapersBody, Publication,
} from './rows'
import type { SheetAnswer, SheetDoor, SheetInput } from './sheet'
import type * as T from './types'

export interface PageAsk {
  page?: number
  size?: number
  sort?: string
}

export interface NameAsk extends PageAsk {
  name?: string
}

/** Tables of a dossier that have an address of their own; those of a pack stand below `sheets`. */
export type SheetNoun = 'villages' | 'projects' | 'funds'
const zoneAt = (id: number) => `/api/zones/${id}`
const batchAt = (id: number) => `/api/batches/${id}`
const recommendationAt = (id: number) => `/api/recommendations/${id}`
const registerAt = (noun: string, id?: number) => `/api/registers/${noun}${id === undefined ? '' : `/${id}`}`
const sheetAt = (id: number) => `/api/review/sheets/${id}`

function sheetBody(what: SheetInput): FormData | { text: string } {
  if (typeof what === 'string') return { text: what }
  const form = new FormData()
  form.append('file', what)
  return form
}

/** The three ways in for a workbook: checked, marked, saved over the version that was checked. A register
 * has no version, and no row of it goes because a file lacks it. */
function sheetDoor(at: string, replaces = false, versioned = replaces, removes = false): SheetDoor {
  const ask = (more: { annotated?: number; version?: number; remove?: number }, replace: boolean) =>
    query({ ...more, ...(replaces ? { replace: replace ? 1 : undefined } : {}), ...(versioned ? {} : { version: undefined }) })
  return {
    replaces,
    check: (what, replace) => call<SheetAnswer>('POST', `${at}/check${ask({}, replace)}`, sheetBody(what)),
    marked: (what, replace) => blob(`${at}/check${ask({ annotated: 1 }, replace)}`, sheetBody(what)),
    save: (what, replace, version, removed) =>
      call('POST', `${at}/import${ask({ version, ...(removes ? { remove: removed || undefined } : {}) }, replace)}`, sheetBody(what)),
  }
}

export const api = {
  session: {
    get: () => call<T.Session>('GET', '/api/session'),
    open: (account: string, password: string, code?: string) =>
      call<T.Session>('POST', '/api/session', { account, password, ...(code ? { code } : {}) }),
    close: () => call<void>('DELETE', '/api/session'),
    password: (old: string, password: string) => call<void>('PUT', '/api/session/password', { old, password }),
    secret: () => call<T.Factor>('POST', '/api/session/totp'),
    enrol: (code: string, old: string) => call<void>('PUT', '/api/session/totp', { code, ...(old ? { old } : {}) }),
    own: () => call<T.Page<T.OwnSession>>('GET', '/api/session/own?sort=-id&size=100'),
    end: (id: number) => call<void>('DELETE', `/api/session/own/${id}`),
  },
  inbox: {
    get: () => call<T.Inbox>('GET', '/api/inbox'),
  },
  message: {
    list: () => call<T.Page<T.Message>>('GET', '/api/messages'),
    read: (id: number) => call<void>('POST', `/api/messages/${id}/read`),
    readAll: () => call<void>('POST', '/api/messages/read'),
  },
  batch: {
    list: () => call<T.Page<T.Batch>>('GET', '/api/batches'),
    get: (id: number) => call<T.Batch>('GET', `/api/batches/${id}`),
    tables: (id: number) => call<T.Page<T.BatchTable>>('GET', `/api/batches/${id}/tables`),
    entries: (id: number, ask: { kind: string; page: number; size: number }) =>
      call<T.Page<T.BatchEntry>>('GET', `/api/batches/${id}/entries${query(ask)}`),
    add: (id: number, row: T.NewEntry) => call<T.BatchEntry>('POST', `/api/batches/${id}/entries`, row),
    end: (id: number, entry: number, version: number, day: string) =>
      call<unknown>('POST', `/api/batches/${id}/entries/${entry}/end`, { version, day }),
  },
  holiday: {
    year: (year: number) => call<T.Page<T.Holiday>>('GET', `/api/holidays?day=${year}-&sort=day&size=200`),
    save: (rows: readonly T.NewHoliday[]) => call<unknown>('PUT', '/api/holidays', rows),
    remove: (id: number) => call<unknown>('DELETE', `/api/holidays/${id}`),
  },
  licence: {
    list: () => call<T.Page<T.Licence>>('GET', '/api/licences'),
  },
  user: {
    create: (row: { account: string; name: string; organ_id: number; phone?: string }) =>
      call<T.Issued>('POST', '/api/users', row),
    grant: (id: number, seat: string) => call<void>('PUT', `/api/users/${id}/seat`, { seat }),
    unlock: (id: number) => call<void>('POST', `/api/users/${id}/unlock`),
    reset: (id: number) => call<T.Issued>('POST', `/api/users/${id}/reset`),
    /** What two administrators do. The half of a password is answered once and kept nowhere. */
    ask: (id: number, row: { kind: T.RequestKind; reason: string; seat?: string }) =>
      call<T.Half>('POST', `/api/users/${id}/requests`, row),
    requests: (ask: PageAsk) => call<T.Page<T.UserRequest>>('GET', `/api/user-requests${query({ ...ask })}`),
    confirm: (id: number) => call<T.Half>('POST', `/api/user-requests/${id}/confirm`),
    refuse: (id: number) => call<void>('POST', `/api/user-requests/${id}/refuse`),
    /** Places whose accounts wait for a password; and the paper with them, which comes once. */
    places: () => call<T.Page<GetUserPapersRow>>('GET', '/api/user-papers'),
    paper: (what: PostUserPapersBody) => blob('/api/user-papers', what),
  },
  lock: {
    list: () => call<T.Page<T.Lock>>('GET', '/api/locks'),
    lift: (subject: string) => call<void>('POST', '/api/locks/lift', { subject }),
  },
  organ: {
    list: (ask: NameAsk) => call<T.Page<T.Organ>>('GET', `/api/organs${query({ ...ask })}`),
  },
  audit: {
    verify: () => call<T.AuditReport>('POST', '/api/audits/verify'),
  },
  setting: {
    list: () => call<T.Page<T.Setting>>('GET', '/api/settings'),
    change: (key: string, value: string) => call<void>('PUT', `/api/settings/${key}`, { value }),
  },
  simulation: {
    run: (batch: number, ask: T.SimulationAsk) => call<T.Simulation>('POST', `/api/batches/${batch}/simulation`, ask),
    start: (batch: number, ask: T.SimulationAsk) =>
      call<{ id: number }>('POST', `/api/batches/${batch}/simulation/jobs`, ask),
  },
  job: {
    get: (id: number) => call<T.Job>('GET', `/api/jobs/${id}`),
  },
  pack: {
    list: () => call<T.Page<T.PackVersion>>('GET', '/api/packs'),
    get: (hash: string) => call<unknown>('GET', `/api/packs/${encodeURIComponent(hash)}`),
  },
  region: {
    find: (ask: { q?: string; parent?: string; level?: string }) =>
      call<T.Page<T.Region>>('GET', `/api/regions${query(ask)}`),
  },
  recommendation: {
    board: (batch: number) => call<T.Board>('GET', `${batchAt(batch)}/recommendations`),
    start: (batch: number, city: string) => call<T.Recommendation>('POST', `${batchAt(batch)}/recommendations`, { city }),
    get: (id: number) => call<T.Recommendation>('GET', recommendationAt(id)),
    save: (id: number, body: T.RecommendationChange) => call<T.Recommendation>('PUT', recommendationAt(id), body),
    candidates: (id: number) => call<T.Page<T.CandidateRow>>('GET', `${recommendationAt(id)}/candidates`),
    act: (id: number, body: { act: T.Act; round: number; reason?: string }) =>
      call<T.Recommendation>('POST', `${recommendationAt(id)}/acts`, body),
    reopen: (id: number, reason: string) => call<T.Recommendation>('POST', `${recommendationAt(id)}/reopen`, { reason }),
    letter: (id: number) => `${recommendationAt(id)}/letter.pdf`,
    findings: (zone: number) => call<T.Page<T.RuleFinding>>('GET', `${zoneAt(zone)}/findings`),
    saveFindings: (zone: number, list: (Pick<T.RuleFinding, 'rule' | 'verdict' | 'finding'> & { version: number })[]) =>
      call<T.Page<T.RuleFinding>>('PUT', `${zoneAt(zone)}/findings`, list),
    form: (batch: number) => `${batchAt(batch)}/arranged.xlsx`,
    register: (batch: number) => sheetDoor(`${batchAt(batch)}/arranged`),
  },
  zone: {
    overlaps: (id: number) => call<T.Page<T.Overlap>>('GET', `${zoneAt(id)}/overlaps`),
    list: (ask: PageAsk) => call<T.Page<T.ZoneRow>>('GET', `/api/zones${query({ ...ask })}`),
    get: (id: number) => call<T.Zone>('GET', zoneAt(id)),
    create: (row: { name: string; county: string; batch_id: number }) => call<T.Zone>('POST', '/api/zones', row),
    dossier: (id: number) => call<T.Saved>('GET', `${zoneAt(id)}/dossier`),
    save: (id: number, version: number, dossier: T.Dossier, key: string) =>
      call<{ version: number; check: T.Check }>('PUT', `${zoneAt(id)}/dossier`, { version, dossier }, key),
    check: (id: number) => call<T.Check>('GET', `${zoneAt(id)}/check`),
    why: (id: number, rule: string) => call<T.Explanation>('GET', `${zoneAt(id)}/check/${encodeURIComponent(rule)}`),
    act: (id: number, body: { act: T.Act; round: number; to?: string; reason?: string; clause?: string; user_id?: number; marks?: T.Mark[] }) =>
      call<T.Zone>('POST', `${zoneAt(id)}/acts`, body),
    lacks: (id: number) => call<T.Lacks>('GET', `${zoneAt(id)}/lacks`),
    listSheet: '/api/zones.xlsx',
    history: (id: number) => call<{ history: T.HistoryEntry[] }>('GET', `${zoneAt(id)}/history`),
    /** From the last return (or the first state) to what is saved. */
    diff: (id: number) => call<{ changes: T.Difference[] }>('GET', `${zoneAt(id)}/diff`),
    evidence: (id: number) => call<T.Page<T.Evidence>>('GET', `${zoneAt(id)}/evidence`),
    saveEvidence: (id: number, row: Pick<T.Evidence, 'item' | 'day' | 'document' | 'attachment_id' | 'version'>) =>
      call<T.Page<T.Evidence>>('PUT', `${zoneAt(id)}/evidence`, [row]),
    sheet: (id: number, noun: SheetNoun, template: boolean) =>
      `${zoneAt(id)}/${noun}.xlsx${template ? '?template=1' : ''}`,
    ownSheet: (id: number, part: string, template: boolean) =>
      `${zoneAt(id)}/sheets/${part}${template ? '?template=1' : ''}`,
    printed: (id: number) => `${zoneAt(id)}/declaration.pdf`,
    door: (id: number, part: string) => sheetDoor(`${zoneAt(id)}/${part}`, true),
  },
  register: {
    all: () => call<T.Page<G.RegisterHead>>('GET', '/api/registers'),
    form: (noun: string) => call<G.RegisterForm>('GET', `${registerAt(noun)}/form`),
    list: (noun: string, ask: G.RegisterAsk) => call<T.Page<G.RegisterRow>>('GET', `${registerAt(noun)}${query(ask)}`),
    tally: (noun: string, ask: G.RegisterAsk) => call<{ rows: G.RegisterTally[]; more: boolean }>('GET', `${registerAt(noun)}/tally${query(ask)}`),
    /** Those that a text finds; or the one of a key. */
    links: (noun: string, field: string, what: { q?: string; key?: string }) =>
      call<T.Page<G.LinkRow>>('GET', `${registerAt(noun)}/links/${field}${query(what)}`),
    get: (noun: string, id: number) => call<G.RegisterRow>('GET', registerAt(noun, id)),
    create: (noun: string, row: Record<string, G.RegisterValue>) => call<{ id: number }>('POST', registerAt(noun), row),
    change: (noun: string, id: number, row: Record<string, G.RegisterValue>) =>
      call<{ id: number }>('PUT', registerAt(noun, id), row),
    act: (noun: string, id: number, body: { act: G.RegisterAct; version: number; reason?: string; to?: string; clause?: string; user_id?: number }) =>
      call<void>('POST', `${registerAt(noun, id)}/acts`, body),
    batch: (noun: string, body: { act: G.RegisterAct; reason?: string; rows: { id: number; version: number }[] }) =>
      call<{ rows: G.RegisterResult[] }>('POST', `${registerAt(noun)}/acts`, body),
    figures: (noun: string, territory?: string) => call<T.Page<GetFiguresRow>>('GET', `${registerAt(noun)}/figures${query({ territory })}`),
    checks: (noun: string, id: number) => call<T.Page<GetRegistersOneOneChecksRow>>('GET', `${registerAt(noun, id)}/checks`),
    reason: (noun: string, id: number, body: { check: string; reason: string }) => call<void>('POST', `${registerAt(noun, id)}/reasons`, body),
    flow: (noun: string, id: number) => call<G.RegisterFlow>('GET', `${registerAt(noun, id)}/flow`),
    history: (noun: string, id: number) => call<T.Page<G.RegisterChange>>('GET', `${registerAt(noun, id)}/history`),
    timeline: (noun: string, id: number) => call<T.Page<G.RegisterRow>>('GET', `${registerAt(noun, id)}/timeline`),
    reveal: (noun: string, id: number, field: string, reason: string) =>
      call<{ value: string | null }>('POST', `${registerAt(noun, id)}/reveal`, { field, reason }),
    template: (noun: string, lang: string) => `${registerAt(noun)}/template.xlsx${query({ lang })}`,
    views: (noun: string) => call<T.Page<G.SavedView>>('GET', `${registerAt(noun)}/views`),
    saveView: (noun: string, row: Pick<G.SavedView, 'name' | 'query' | 'shared'>) => call<{ id: number }>('POST', `${registerAt(noun)}/views`, row),
    changeView: (noun: string, id: number, row: Pick<G.SavedView, 'name' | 'query' | 'shared' | 'version'>) =>
      call<void>('PUT', `${registerAt(noun)}/views/${id}`, row),
    removeView: (noun: string, id: number) => call<void>('DELETE', `${registerAt(noun)}/views/${id}`),
    standing: (noun: string, id: number | null) => call<void>('POST', `${registerAt(noun)}/views/default`, { view_id: id }),
    exported: (noun: string, ask: G.RegisterAsk) => `${registerAt(noun)}/export.xlsx${query(ask)}`,
    publications: (noun: string) => call<T.Page<Publication>>('GET', `${registerAt(noun)}/publications`),
    publish: (noun: string, ask: G.RegisterAsk, body: PostRegistersOnePublicationsBody) =>
      call<{ id: number }>('POST', `${registerAt(noun)}/publications${query(ask)}`, body),
    preview: (noun: string, ask: G.RegisterAsk, body: PostRegistersOnePublicationsBody) =>
      call<G.PublicationDraft>('POST', `${registerAt(noun)}/publications/preview${query(ask)}`, body),
    withdraw: (id: number, reason: string) => call<void>('POST', `/api/publications/${id}/withdraw`, { reason }),
    objections: (id: number) => call<T.Page<G.Objection>>('GET', `/api/publications/${id}/objections`),
    answer: (id: number, row: { answer: string; upheld: boolean; version: number }) => call<G.Objection>('PUT', `/api/objections/${id}`, row),
    paper: (id: number) => `/api/publications/${id}/paper.pdf`,
    publicPage: (id: number) => `/public/publications/${id}`,
    door: (noun: string) => sheetDoor(registerAt(noun), false, true, true),
    remove: (noun: string, id: number, version: number) => call<void>('DELETE', registerAt(noun, id), { version }),
    imports: (noun: string) => call<T.Page<Import>>('GET', `${registerAt(noun)}/imports`),
    refusals: (noun: string, id: number) => call<T.Page<GetRegistersOneImportsOneRefusalsRow>>('GET', `${registerAt(noun)}/imports/${id}/refusals`),
    importAct: (noun: string, id: number, body: { act: 'resume' | 'end'; version: number }) =>
      call<void>('POST', `${registerAt(noun)}/imports/${id}/acts`, body),
  },
  review: {
    sheets: () => call<T.Page<R.SheetRow>>('GET', '/api/review/sheets'),
    sheet: (id: number) => call<R.Sheet>('GET', sheetAt(id)),
    save: (id: number, version: number, scores: R.NewScore[], note?: string | null) =>
      call<R.Sheet>('PUT', sheetAt(id), { version, scores, ...(note === undefined ? {} : { note }) }),
    submit: (id: number, version: number) => call<R.Sheet>('POST', `${sheetAt(id)}/submit`, { version }),
    recuse: (id: number, reason: string) => call<unknown>('POST', `${sheetAt(id)}/recuse`, { reason }),
    dossier: (id: number) => call<R.BlindDossier>('GET', `${sheetAt(id)}/dossier`),
    files: (id: number) => call<T.Page<R.BlindFile>>('GET', `${sheetAt(id)}/attachments`),
    round: (batch: number, part: R.Part) => call<R.Round>('GET', `${batchAt(batch)}/review/${part}`),
    open: (batch: number, part: R.Part, deadline: string) =>
      call<R.Round>('POST', `${batchAt(batch)}/review/${part}/open`, { deadline }),
    seal: (batch: number, part: R.Part) => call<R.Round>('POST', `${batchAt(batch)}/review/${part}/seal`, {}),
    result: (batch: number, part: R.Part) => call<R.RoundResult>('GET', `${batchAt(batch)}/review/${part}/result`),
    copies: (zone: number) => call<T.Page<R.BlindCopy> & { may: { write: boolean } }>('GET', `${zoneAt(zone)}/blind-copies`),
    saveCopy: (zone: number, item: string, attachment: number | null) =>
      call<T.Page<R.BlindCopy> & { may: { write: boolean } }>('PUT', `${zoneAt(zone)}/blind-copies`, { item, attachment_id: attachment }),
  },
  defence: {
    get: (batch: number) => call<R.Defence>('GET', `${batchAt(batch)}/sessions`),
    add: (batch: number, row: { starts_at: string; place: string; minutes?: number }) =>
      call<{ id: number }>('POST', `${batchAt(batch)}/sessions`, row),
    order: (session: number, zones: number[]) => call<R.Defence>('POST', `/api/sessions/${session}/order`, { zones }),
    start: (slot: R.Slot) => call<R.Slot>('POST', `/api/slots/${slot.id}/start`, { version: slot.version }),
    end: (slot: R.Slot) => call<R.Slot>('POST', `/api/slots/${slot.id}/end`, { version: slot.version }),
    change: (slot: R.Slot, row: { note: string | null; recording_id: number | null }) =>
      call<R.Slot>('PUT', `/api/slots/${slot.id}`, { version: slot.version, ...row }),
  },
  selection: {
    get: (batch: number) => call<S.Selection>('GET', `${batchAt(batch)}/selection`),
    change: (batch: number, row: { places: number; budget: string; version: number }) =>
      call<unknown>('PUT', `${batchAt(batch)}/selection`, row),
    act: (batch: number, body: S.SelectionAct) => call<S.Selection>('POST', `${batchAt(batch)}/selection/acts`, body),
    form: (batch: number) => call<S.Form>('GET', `${batchAt(batch)}/form`),
    saveForm: (zone: number, version: number, checks: S.FormCheck[]) =>
      call<S.FormRow>('PUT', `${zoneAt(zone)}/form`, { checks, version }),
    except: (zone: number, rule: string, granted: boolean, reason: string) =>
      call<S.FormRow>('PUT', `${zoneAt(zone)}/exceptions/${encodeURIComponent(rule)}`, { granted, reason }),
    disqualify: (zone: number, clause: string, reason: string) =>
      call<unknown>('POST', `${zoneAt(zone)}/disqualify`, { clause, reason }),
    visit: (zone: number) => call<S.Visit>('GET', `${zoneAt(zone)}/visit`),
    saveVisit: (zone: number, row: S.VisitSave) => call<S.Visit>('PUT', `${zoneAt(zone)}/visit`, row),
    addPhoto: (visit: number, row: S.NewPhoto, key: string) =>
      call<{ id: number }>('POST', `/api/visits/${visit}/photos`, row, key),
    ranking: (batch: number) => call<S.Ranking>('GET', `${batchAt(batch)}/ranking`),
    rank: (batch: number, version: number) => call<S.Ranking>('POST', `${batchAt(batch)}/ranking`, { version }),
    determinations: (batch: number) => call<S.Determinations>('GET', `${batchAt(batch)}/determinations`),
    determine: (batch: number, version: number, zones: { zone_id: number; outcome: string; reason: string | null }[]) =>
      call<S.Determinations>('POST', `${batchAt(batch)}/determinations`, { version, zones }),
    allotments: (batch: number) => call<T.Page<S.Allotment> & { sum: string }>('GET', `${batchAt(batch)}/allotments`),
    publications: (batch: number) => call<T.Page<S.Publication>>('GET', `${batchAt(batch)}/publications`),
    publish: (batch: number, row: { kind: string; starts_on: string; ends_on: string }) =>
      call<S.Publication>('POST', `${batchAt(batch)}/publications`, row),
    objections: (batch: number) => call<T.Page<S.Objection>>('GET', `${batchAt(batch)}/objections`),
    reach: (id: number, reason: string) =>
      call<{ name: string | null; contact: string | null }>('POST', `/api/objections/${id}/reveal`, { reason }),
    answer: (id: number, row: { answer: string; upheld: boolean; version: number }) =>
      call<S.Objection>('PUT', `/api/objections/${id}`, row),
  },
  expert: {
    interests: (id: number) => call<T.Page<E.Interest>>('GET', `/api/experts/${id}/interests`),
    declare: (id: number, row: Pick<E.Interest, 'kind' | 'code' | 'note'>) =>
      call<{ id: number }>('POST', `/api/experts/${id}/interests`, row),
    withdraw: (id: number, interest: number) => call<void>('DELETE', `/api/experts/${id}/interests/${interest}`),
    own: () => call<E.OwnExpert>('GET', '/api/expert'),
    declareOwn: (row: Pick<E.Interest, 'kind' | 'code' | 'note'>) => call<{ id: number }>('POST', '/api/expert/interests', row),
    recuse: (batch: number, reason: string) => call<void>('POST', '/api/expert/recusals', { batch_id: batch, reason }),
  },
  draw: {
    list: (batch: number) => call<T.Page<E.DrawRow>>('GET', `/api/batches/${batch}/draws`),
    freeze: (batch: number) => call<{ id: number }>('POST', `/api/batches/${batch}/draws`),
    get: (id: number) => call<E.Draw>('GET', `/api/draws/${id}`),
    commit: (id: number, commitment: string) => call<E.Draw>('POST', `/api/draws/${id}/commit`, { commitment }),
    reveal: (id: number, value: string) => call<E.Draw>('POST', `/api/draws/${id}/reveal`, { value }),
    undo: (id: number, reason: string) => call<E.Draw>('POST', `/api/draws/${id}/void`, { reason }),
    disclose: (id: number) => call<E.Draw>('POST', `/api/draws/${id}/disclose`),
    record: (id: number) => `/public/draws/${id}.json`,
    panel: (batch: number) => call<{ members: E.Member[]; zones: E.PanelZone[] }>('GET', `/api/batches/${batch}/panel`),
    replace: (batch: number, expert: number, reason: string) =>
      call<void>('POST', `/api/batches/${batch}/panel/recusals`, { expert_id: expert, reason }),
  },
  attachment: {
    open: (file: File, noun: string, nounId: number) =>
      call<T.Upload>('POST', '/api/uploads', { name: file.name, size: file.size, noun, noun_id: nounId }),
    state: (id: number) => call<T.Upload>('GET', `/api/uploads/${id}`),
    piece: (id: number, offset: number, bytes: Blob) =>
      call<T.Upload>('PUT', `/api/uploads/${id}?offset=${offset}`, bytes),
    finish: (id: number) => call<T.Attachment>('POST', `/api/uploads/${id}/finish`),
    list: (noun: string, nounId: number) =>
      call<T.Page<T.Attachment>>('GET', `/api/attachments${query({ noun, noun_id: nounId })}`),
    get: (id: number) => call<T.Attachment>('GET', `/api/attachments/${id}`),
    remove: (id: number) => call<void>('DELETE', `/api/attachments/${id}`),
    at: (id: number) => `/api/attachments/${id}/content`,
    saved: (id: number) => `/api/attachments/${id}/content?save`,
    text: (id: number) => text(`/api/attachments/${id}/content`),
  },
}
