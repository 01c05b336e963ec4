// The page of each part; fetched when it is first opened.
import { defineAsyncComponent, type Component } from 'vue'
import type { Part } from './desk'

export const PART_PAGES: Record<Part, Component> = {
  basic: defineAsyncComponent(() => import('./parts/BasicPart.vue')),
  villages: defineAsyncComponent(() => import('./parts/VillagesPart.vue')),
  industries: defineAsyncComponent(() => import('./parts/IndustriesPart.vue')),
  plan: defineAsyncComponent(() => import('./parts/PlanPart.vue')),
  projects: defineAsyncComponent(() => import('./parts/ProjectsPart.vue')),
  funds: defineAsyncComponent(() => import('./parts/FundsPart.vue')),
  organisation: defineAsyncComponent(() => import('./parts/OrganisationPart.vue')),
  report: defineAsyncComponent(() => import('./parts/ReportPart.vue')),
  opinions: defineAsyncComponent(() => import('./parts/OpinionsPart.vue')),
  attachments: defineAsyncComponent(() => import('./parts/AttachmentsPart.vue')),
  exceptions: defineAsyncComponent(() => import('./parts/ExceptionsPart.vue')),
}
