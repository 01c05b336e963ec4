// The page of each part: those of the fields that code knows, and one for all that a pack makes of its own.
import type { Component } from 'vue'
import { part } from '../../use/lazy'
import type { Pack } from '../pack/pack'

type Load = () => Promise<{ default: Component }>

/** By the field that a part holds, else by what the program adds. */
const CODE = {
  '/zone': () => import('./parts/BasicPart.vue'),
  '/villages': () => import('./parts/VillagesPart.vue'),
  '/plan/projects': () => import('./parts/ProjectsPart.vue'),
  '/funds': () => import('./parts/FundsPart.vue'),
  attachments: () => import('./parts/AttachmentsPart.vue'),
  exceptions: () => import('./parts/ExceptionsPart.vue'),
  own: () => import('./parts/OwnPart.vue'),
} satisfies Record<string, Load>
type Page = keyof typeof CODE

const DIALOG: Load = () => import('./parts/ProjectDialog.vue')
const GRID: Load = () => import('./parts/ProjectGrid.vue')
export const ProjectDialog = part(DIALOG)
export const ProjectGrid = part(GRID)

const PAGES = Object.fromEntries(Object.entries(CODE).map(([key, load]) => [key, part(load)])) as Record<Page, Component>
const FIELDS: readonly Page[] = ['/zone', '/villages', '/plan/projects', '/funds']

export function pageOf(pack: Pack, key: string): Component {
  if (key === 'attachments' || key === 'exceptions') return PAGES[key]
  return PAGES[FIELDS.find((pointer) => pack.partOf(pointer) === key) ?? 'own']
}

/** All that a dossier may still need, so that an unopened part opens without a network. */
export const PART_CODE: readonly Load[] = [...Object.values(CODE), GRID, DIALOG]
