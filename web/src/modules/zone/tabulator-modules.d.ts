declare module 'tabulator-tables/src/js/core/Tabulator.js' {
  export { Tabulator as default } from 'tabulator-tables'
}

declare module 'tabulator-tables/src/js/modules/*' {
  import type { Module } from 'tabulator-tables'
  const module: typeof Module
  export default module
}
