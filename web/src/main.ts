import { createApp } from 'vue'
import App from './App.vue'
import { router } from './router'
import { plugin, setLanguage, storedLanguage } from './texts'
import { mindDownloads } from './use/download'
import './ui/tokens.css'
import './ui/base.css'

mindDownloads()

/* English texts that cannot be fetched are no reason for no page. */
void setLanguage(storedLanguage()).catch(() => undefined).then(() => createApp(App).use(router).use(plugin).mount('#app'))
