// The page of each part, fetched when it is first opened.
import { defineAsyncComponent } from 'vue'

export const PART_PAGES = {
  overview: defineAsyncComponent(() => import('./OverviewPart.vue')),
  form: defineAsyncComponent(() => import('./FormPart.vue')),
  paper: defineAsyncComponent(() => import('./PaperPart.vue')),
  defence: defineAsyncComponent(() => import('./DefencePart.vue')),
  site: defineAsyncComponent(() => import('./SitePart.vue')),
  rank: defineAsyncComponent(() => import('./RankPart.vue')),
  determine: defineAsyncComponent(() => import('./DeterminePart.vue')),
  publish: defineAsyncComponent(() => import('./PublishPart.vue')),
}
