/** Keys that views handle themselves, for the key map page. */
export const FIXED_KEYS: [title: string, chord: string][] = [
  ['Move by a cell', 'Up'],
  ['Move to the edge of the data', 'Mod+Down'],
  ['First or last column', 'Home'],
  ['First or last row', 'Mod+Home'],
  ['A page down', 'PageDown'],
  ['Extend the selection', 'Shift+Down'],
  ['Select everything', 'Mod+A'],
  ['Select the column', 'Mod+Space'],
  ['Select the row', 'Shift+Space'],
  ['Copy the selection', 'Mod+C'],
  ['Find in cells', 'Mod+F'],
  ['Jump to a row', 'Mod+G'],
  ['Show the whole value', 'F7'],
  ['Leave the editor with Tab', 'Mod+M'],
  ['Menu of a row of the tree', 'Shift+F10'],
];
