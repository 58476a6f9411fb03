/**
 * Where each command stands in the native menu: groups of command ids. Titles and keys come from the window's registry,
 * and a command it does not have is left out.
 */
export const MENU_LAYOUT = {
  file: [
    ['worksheet.new', 'project.open', 'project.new'],
    ['explore.openFile', 'explore.addFolder'],
    ['worksheet.save', 'worksheet.saveAs', 'results.export'],
    ['worksheet.close'],
    ['settings.open'],
  ],
  edit: [['editor.find', 'results.find'], ['editor.format']],
  view: [
    ['palette.open', 'go.anything'],
    ['explore.show', 'history.show'],
    ['theme.light', 'theme.dark', 'theme.system'],
  ],
  run: [['run.statement', 'run.selection', 'run.all', 'run.cancel']],
  help: [['help.open', 'help.tour', 'help.keys', 'help.functions']],
} as const satisfies Record<string, readonly (readonly string[])[]>;
