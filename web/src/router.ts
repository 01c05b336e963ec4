// Every page but the login and the licences stands in the shell; each is loaded when it is first opened.
import { createRouter, createWebHistory } from 'vue-router'
import { online, reached } from './api/client'
import type { Session } from './api/types'
import { findSession, session } from './modules/session/session'
import { ownSections } from './ui/sections'
import { page } from './use/lazy'

export const router = createRouter({
  history: createWebHistory(),
  routes: [
    { path: '/login', name: 'login', component: page(() => import('./modules/session/LoginPage.vue')) },
    { path: '/licences', name: 'licences', component: page(() => import('./modules/licence/LicencePage.vue')) },
    {
      path: '/',
      component: page(() => import('./ui/AppShell.vue')),
      children: [
        { path: '', name: 'home', component: page(() => import('./modules/inbox/HomePage.vue')) },
        { path: 'password', name: 'password', component: page(() => import('./modules/session/PasswordPage.vue')) },
        { path: 'sessions', name: 'sessions', component: page(() => import('./modules/session/OwnSessions.vue')) },
        { path: 'requests', name: 'requests', component: page(() => import('./modules/user/RequestPage.vue')) },
        { path: 'enrol', name: 'enrol', component: page(() => import('./modules/session/EnrolPage.vue')) },
        { path: 'messages', name: 'messages', component: page(() => import('./modules/message/MessagePage.vue')) },
        { path: 'batches/:id(\\d+)?', name: 'batch', component: page(() => import('./modules/batch/BatchPage.vue')) },
        { path: 'zones', name: 'zones', component: page(() => import('./modules/zone/ZoneList.vue')) },
        {
          path: 'zones/:id(\\d+)/findings',
          name: 'findings',
          component: page(() => import('./modules/recommendation/FindingsPage.vue')),
          props: (route) => ({ id: Number(route.params.id) }),
        },
        { path: 'recommendations', name: 'recommendations', component: page(() => import('./modules/recommendation/RecommendationHome.vue')) },
        {
          path: 'recommendations/:id(\\d+)',
          name: 'recommendation',
          component: page(() => import('./modules/recommendation/RecommendationPage.vue')),
          props: (route) => ({ id: Number(route.params.id) }),
        },
        {
          path: 'zones/:id(\\d+)/:part?',
          name: 'zone',
          component: page(() => import('./modules/zone/ZonePage.vue')),
          props: (route) => ({ id: Number(route.params.id), part: String(route.params.part || 'basic') }),
        },
        {
          path: 'selection/:batch(\\d+)?/:part?',
          name: 'selection',
          component: page(() => import('./modules/selection/SelectionPage.vue')),
          props: (route) => ({ batch: Number(route.params.batch) || null, part: String(route.params.part || '') }),
        },
        {
          path: 'visits/:zone(\\d+)',
          name: 'visit',
          component: page(() => import('./modules/selection/VisitPage.vue')),
          props: (route) => ({ zone: Number(route.params.zone) }),
        },
        { path: 'review', name: 'sheets', component: page(() => import('./modules/review/SheetList.vue')) },
        {
          path: 'review/:id(\\d+)',
          name: 'sheet',
          component: page(() => import('./modules/review/SheetPage.vue')),
          props: (route) => ({ id: Number(route.params.id) }),
        },
        { path: 'simulation', name: 'simulation', component: page(() => import('./modules/simulation/SimulationPage.vue')) },
        { path: 'drafts', name: 'drafts', component: page(() => import('./modules/draft/DraftList.vue')) },
        {
          path: 'drafts/:id(\\d+)/:part?/:rule?',
          name: 'draft',
          component: page(() => import('./modules/draft/DraftPage.vue')),
          props: (route) => ({ id: Number(route.params.id), part: String(route.params.part || 'rules'), rule: String(route.params.rule || '') }),
        },
        { path: 'experts', name: 'experts', component: page(() => import('./modules/expert/ExpertPage.vue')) },
        { path: 'draws/:batch(\\d+)?', name: 'draws', component: page(() => import('./modules/expert/DrawPage.vue')) },
        { path: 'expert', name: 'own', component: page(() => import('./modules/expert/OwnPage.vue')) },
        {
          path: 'holidays/:year(2\\d{3})?',
          name: 'holidays',
          component: page(() => import('./modules/holiday/HolidayPage.vue')),
          props: (route) => ({ year: Number(route.params.year) || new Date().getFullYear() }),
        },
        { path: 'registers', name: 'registers', component: page(() => import('./modules/register/RegisterHome.vue')) },
        {
          path: 'registers/:noun([a-z0-9_]+)',
          name: 'register',
          component: page(() => import('./modules/register/RegisterPage.vue')),
          props: (route) => ({ noun: String(route.params.noun) }),
        },
        { path: 'users', name: 'users', component: page(() => import('./modules/user/UserPage.vue')) },
        { path: 'organs', name: 'organs', component: page(() => import('./modules/register/RegisterPage.vue')), props: { noun: 'organ' } },
        { path: 'settings', name: 'settings', component: page(() => import('./modules/setting/SettingPage.vue')) },
        { path: 'rounds', name: 'rounds', component: page(() => import('./modules/register/RegisterPage.vue')), props: { noun: 'quality_round', flat: true } },
        { path: 'audits', name: 'audits', component: page(() => import('./modules/audit/AuditPage.vue')) },
        { path: ':rest(.*)*', name: 'lost', component: page(() => import('./ui/LostPage.vue')) },
      ],
    },
  ],
})

/** Who is signed in; waits for the server where there is none, since a log-in would not help then. */
async function signedIn(): Promise<Session | null> {
  for (;;) {
    const found = session.value ?? (await findSession().catch(() => null))
    if (found || online.value) return found
    await reached()
  }
}

router.beforeEach(async (to) => {
  if (to.name === 'login' || to.name === 'licences') return true
  const found = await signedIn()
  if (!found) return { name: 'login', query: to.path === '/' ? {} : { next: to.fullPath } }
  if (found.must_change && to.name !== 'password') return { name: 'password' }
  if (!found.must_change && found.must_enrol && to.name !== 'enrol') return { name: 'enrol' }
  const home = ownSections()[0]!.name
  return to.name === 'home' && home !== 'home' ? { name: home, replace: true } : true
})

/** The code of the pages that the header leads to, but for those that are here already. */
export const sectionCode = () =>
  ownSections().flatMap((s) => {
    const code: unknown = router.resolve({ name: s.name }).matched.slice(-1)[0]?.components?.default
    return typeof code === 'function' ? [code as () => Promise<unknown>] : []
  })
