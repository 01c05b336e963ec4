import { createApp } from 'vue'
import App from './App.vue'
import { router } from './router'
import { plugin, setLanguage, storedLanguage } from './texts'
import './ui/tokens.css'
import './ui/base.css'

void setLanguage(storedLanguage()).then(() => createApp(App).use(router).use(plugin).mount('#app'))
