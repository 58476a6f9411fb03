import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { type BrowserWindow, type Rectangle, screen } from 'electron';

/** Where a window stood when it was closed. */
export interface WindowState {
  bounds: Rectangle;
  maximized: boolean;
}

const DEFAULT_SIZE = { width: 1440, height: 900 };
const SMALLEST_VISIBLE = 100;

/** The state a window left in `file`; a fitting size where there is none or where its screen is gone. */
export function readWindowState(
  file: string,
): Partial<Rectangle> & { width: number; height: number; maximized: boolean } {
  const kept = parse(file);
  if (kept === undefined || !isVisible(kept.bounds)) return { ...fittingSize(), maximized: false };
  return { ...kept.bounds, maximized: kept.maximized };
}

/** Writes the window's place to `file` whenever it is closed. */
export function keepWindowState(window: BrowserWindow, file: string): void {
  window.on('close', () => {
    const state: WindowState = { bounds: window.getNormalBounds(), maximized: window.isMaximized() };
    try {
      writeFileSync(`${file}.new`, JSON.stringify(state), { mode: 0o600 });
      renameSync(`${file}.new`, file);
    } catch (error) {
      console.error(`The window's place could not be kept: ${error instanceof Error ? error.message : String(error)}`);
    }
  });
}

function parse(file: string): WindowState | undefined {
  try {
    const { bounds, maximized } = JSON.parse(readFileSync(file, 'utf8')) as WindowState;
    const numbers = [bounds.x, bounds.y, bounds.width, bounds.height];
    return numbers.every(Number.isInteger) ? { bounds, maximized: maximized === true } : undefined;
  } catch {
    return undefined; // first start, or a file from another hand: the default place is right
  }
}

function isVisible(bounds: Rectangle): boolean {
  return screen.getAllDisplays().some(({ workArea }) => {
    const width = Math.min(bounds.x + bounds.width, workArea.x + workArea.width) - Math.max(bounds.x, workArea.x);
    const height = Math.min(bounds.y + bounds.height, workArea.y + workArea.height) - Math.max(bounds.y, workArea.y);
    return width >= SMALLEST_VISIBLE && height >= SMALLEST_VISIBLE;
  });
}

function fittingSize(): { width: number; height: number } {
  const { width, height } = screen.getPrimaryDisplay().workAreaSize;
  return { width: Math.min(DEFAULT_SIZE.width, width), height: Math.min(DEFAULT_SIZE.height, height) };
}
