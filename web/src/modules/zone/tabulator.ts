// Tabulator with the few modules of the project grid; its own entry would bring all forty.
import Tabulator from 'tabulator-tables/src/js/core/Tabulator.js'
import Edit from 'tabulator-tables/src/js/modules/Edit/Edit.js'
import Format from 'tabulator-tables/src/js/modules/Format/Format.js'
import FrozenColumns from 'tabulator-tables/src/js/modules/FrozenColumns/FrozenColumns.js'
import Interaction from 'tabulator-tables/src/js/modules/Interaction/Interaction.js'
import Keybindings from 'tabulator-tables/src/js/modules/Keybindings/Keybindings.js'
import ResizeColumns from 'tabulator-tables/src/js/modules/ResizeColumns/ResizeColumns.js'
import SelectRange from 'tabulator-tables/src/js/modules/SelectRange/SelectRange.js'

Tabulator.registerModule([Edit, Format, FrozenColumns, Interaction, Keybindings, ResizeColumns, SelectRange])

export default Tabulator
