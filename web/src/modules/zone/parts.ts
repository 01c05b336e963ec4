// The page of each part.
import type { Component } from 'vue'
import { part } from '../../use/lazy'
import { PARTS, type Part } from './desk'

type Load = () => Promise<{ default: Component }>

const CODE: Record<Part, Load> = {
  basic: () => import('./parts/BasicPart.vue'),
  villages: () => import('./parts/VillagesPart.vue'),
  industries: () => import('./parts/IndustriesPart.vue'),
  plan: () => import('./parts/PlanPart.vue'),
  projects: () => import('./parts/ProjectsPart.vue'),
  funds: () => import('./parts/FundsPart.vue'),
  organisation: () => import('./parts/OrganisationPart.vue'),
  report: () => import('./parts/ReportPart.vue'),
  opinions: () => import('./parts/OpinionsPart.vue'),
  attachments: () => import('./parts/AttachmentsPart.vue'),
  exceptions: () => import('./parts/ExceptionsPart.vue'),
}

const DIALOG: Load = () => import('./parts/ProjectDialog.vue')
const GRID: Load = () => import('./parts/ProjectGrid.vue')
export const ProjectDialog = part(DIALOG)
export const ProjectGrid = part(GRID)

export const PART_PAGES = Object.fromEntries(PARTS.map((p) => [p, part(CODE[p])])) as Record<Part, Component>

/** All that a dossier may still need, so that an unopened part opens without a network. */
export const PART_CODE: readonly Load[] = [...Object.values(CODE), GRID, DIALOG]
