import { activeTab } from '../../app/workbench/workbench-store';

/** The key of the worksheet that has the focus. */
export function activeSheetKey(): string | undefined {
  const tab = activeTab();
  return tab?.kind === 'worksheet' ? tab.key : undefined;
}

export const inWorksheet = () => activeSheetKey() !== undefined;

/** For commands that run only where {@link inWorksheet} holds. */
export function requireSheetKey(): string {
  const key = activeSheetKey();
  if (key === undefined) throw new Error('No worksheet has the focus.');
  return key;
}
