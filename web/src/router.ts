// Every page but the login stands in the shell; each is loaded when it is first opened.
import { createRouter, createWebHistory } from 'vue-router'
import { findSession, session } from './modules/session/session'
import { ownSections } from './ui/sections'

export const router = createRouter({
  history: createWebHistory(),
  routes: [
    { path: '/login', name: 'login', component: () => import('./modules/session/LoginPage.vue') },
    {
      path: '/',
      component: () => import('./ui/AppShell.vue'),
      children: [
        { path: '', name: 'home', component: () => import('./modules/inbox/HomePage.vue') },
        { path: 'password', name: 'password', component: () => import('./modules/session/PasswordPage.vue') },
        { path: 'enrol', name: 'enrol', component: () => import('./modules/session/EnrolPage.vue') },
        { path: 'messages', name: 'messages', component: () => import('./modules/message/MessagePage.vue') },
        { path: 'batches/:id(\\d+)?', name: 'batch', component: () => import('./modules/batch/BatchPage.vue') },
        { path: 'zones', name: 'zones', component: () => import('./modules/zone/ZoneList.vue') },
        {
          path: 'zones/:id(\\d+)/findings',
          name: 'findings',
          component: () => import('./modules/recommendation/FindingsPage.vue'),
          props: (route) => ({ id: Number(route.params.id) }),
        },
        { path: 'recommendations', name: 'recommendations', component: () => import('./modules/recommendation/RecommendationHome.vue') },
        {
          path: 'recommendations/:id(\\d+)',
          name: 'recommendation',
          component: () => import('./modules/recommendation/RecommendationPage.vue'),
          props: (route) => ({ id: Number(route.params.id) }),
        },
        {
          path: 'zones/:id(\\d+)/:part?',
          name: 'zone',
          component: () => import('./modules/zone/ZonePage.vue'),
          props: (route) => ({ id: Number(route.params.id), part: String(route.params.part || 'basic') }),
        },
        {
          path: 'selection/:batch(\\d+)?/:part?',
          name: 'selection',
          component: () => import('./modules/selection/SelectionPage.vue'),
          props: (route) => ({ batch: Number(route.params.batch) || null, part: String(route.params.part || '') }),
        },
        {
          path: 'visits/:zone(\\d+)',
          name: 'visit',
          component: () => import('./modules/selection/VisitPage.vue'),
          props: (route) => ({ zone: Number(route.params.zone) }),
        },
        { path: 'review', name: 'sheets', component: () => import('./modules/review/SheetList.vue') },
        {
          path: 'review/:id(\\d+)',
          name: 'sheet',
          component: () => import('./modules/review/SheetPage.vue'),
          props: (route) => ({ id: Number(route.params.id) }),
        },
        { path: 'simulation', name: 'simulation', component: () => import('./modules/simulation/SimulationPage.vue') },
        { path: 'drafts', name: 'drafts', component: () => import('./modules/draft/DraftList.vue') },
        {
          path: 'drafts/:id(\\d+)/:part?/:rule?',
          name: 'draft',
          component: () => import('./modules/draft/DraftPage.vue'),
          props: (route) => ({ id: Number(route.params.id), part: String(route.params.part || 'rules'), rule: String(route.params.rule || '') }),
        },
        { path: 'experts', name: 'experts', component: () => import('./modules/expert/ExpertPage.vue') },
        { path: 'draws/:batch(\\d+)?', name: 'draws', component: () => import('./modules/expert/DrawPage.vue') },
        { path: 'expert', name: 'own', component: () => import('./modules/expert/OwnPage.vue') },
        {
          path: 'holidays/:year(2\\d{3})?',
          name: 'holidays',
          component: () => import('./modules/holiday/HolidayPage.vue'),
          props: (route) => ({ year: Number(route.params.year) || new Date().getFullYear() }),
        },
        { path: 'users', name: 'users', component: () => import('./modules/user/UserPage.vue') },
        { path: 'organs', name: 'organs', component: () => import('./modules/organ/OrganPage.vue') },
        { path: 'settings', name: 'settings', component: () => import('./modules/setting/SettingPage.vue') },
        { path: 'audits', name: 'audits', component: () => import('./modules/audit/AuditPage.vue') },
        { path: ':rest(.*)*', name: 'lost', component: () => import('./ui/LostPage.vue') },
      ],
    },
  ],
})

router.beforeEach(async (to) => {
  if (to.name === 'login') return true
  const found = session.value ?? (await findSession().catch(() => null))
  if (!found) return { name: 'login', query: to.path === '/' ? {} : { next: to.fullPath } }
  if (found.must_change && to.name !== 'password') return { name: 'password' }
  if (!found.must_change && found.must_enrol && to.name !== 'enrol') return { name: 'enrol' }
  const home = ownSections()[0]!.name
  return to.name === 'home' && home !== 'home' ? { name: home, replace: true } : true
})
