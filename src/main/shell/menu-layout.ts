/**
 * Where each command stands in the native menu: groups of command ids. Titles and keys come from the window's registry,
 * and a command it does not have is left out.
 */
export const MENU_LAYOUT = {
  file: [
    ['worksheet.new', 'project.open'],
    ['explore.openFile', 'explore.addFolder'],
    ['worksheet.save', 'worksheet.saveAs', 'results.export'],
    ['tab.close'],
    ['settings.open'],
  ],
  edit: [
    ['worksheet.format', 'worksheet.expandStar'],
    ['results.find', 'results.jump'],
  ],
  view: [
    ['palette.open', 'go.anything'],
    ['explore.show', 'history.show', 'side.toggle'],
    ['tab.next', 'tab.previous', 'tab.splitRight'],
    ['theme.light', 'theme.dark', 'theme.system'],
  ],
  run: [['worksheet.run', 'worksheet.runAll', 'worksheet.analyze'], ['worksheet.cancel']],
  help: [['help.open', 'help.tour', 'help.functions'], ['settings.keys']],
} as const satisfies Record<string, readonly (readonly string[])[]>;
