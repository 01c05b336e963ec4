import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vite'

// The oldest browser of the users is a Chromium 86. Nothing is inlined: the CSP allows only files.
export default defineConfig({
  plugins: [vue()],
  build: {
    target: 'chrome86',
    cssTarget: 'chrome86',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // One file of styles: small, and a page whose code is fetched again after a failure has them.
    cssCodeSplit: false,
    chunkSizeWarningLimit: 900,
  },
  server: { proxy: { '/api': process.env.TUIJIN_URL ?? 'http://127.0.0.1:8080' } },
})
