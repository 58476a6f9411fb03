import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { type Browser, _electron as electron, type Page } from '@playwright/test';
import type { EventStream } from '../../api/support/event-stream';
import { type Backend, startHttpBackend } from './backend';
import type { BenchPlace } from './bench-place';
import { openDisplay } from './display';
import { type Figure, median, quantile, shown } from './figures';
import { TEN_MILLION } from './first-rows';
import { runSql } from './run-sql';
import { attachSql, type Tpch } from './tpch';
import { newWorksheet, openWorkbench, painted, pressRun, usable } from './workbench-page';

/** What a window shows: first rows on the screen, scrolling, its memory. In Chromium, through the browser door. */
export async function measureWindow(place: BenchPlace, data: Tpch, rounds: number): Promise<Figure[]> {
  if (!process.env.MILLRACE_TEST_CHROMIUM)
    throw new Error('There is no Chromium: see tests/support/setup-machine.mjs.');
  const backend = await startHttpBackend(place, await place.project('window'));
  try {
    const events = await backend.events();
    await runSql(backend, events, attachSql(data.file).join(';\n'), 'set-up');
    const { browser, page } = await openWorkbench(backend);
    try {
      const first = await firstRows(backend, events, page, rounds);
      await openLargeResult(events, page);
      const scroll = await scrolling(page);
      return [first, scroll, await memory(browser, page)];
    } finally {
      await browser.close();
    }
  } finally {
    await backend.stop();
  }
}

/** From the moment the engine has the first chunk to the frame in which the grid shows its first cell. */
async function firstRows(backend: Backend, events: EventStream, page: Page, rounds: number): Promise<Figure> {
  const delays: number[] = [];
  for (let round = -1; round < rounds; round += 1) {
    const seen = events.told.length;
    await newWorksheet(page, 'select * from lineitem');
    const shownAt = page.evaluate(watchForCells);
    await pressRun(page);
    const at = await shownAt;
    const told = events.told.slice(seen).map(({ event }) => event);
    const result = told.find((event) => event.type === 'result' && event.result.firstRowMilliseconds !== undefined);
    if (result?.type !== 'result') throw new Error('No result was told.');
    const { session, run, startedAt, firstRowMilliseconds } = result.result;
    if (round >= 0) delays.push(at - startedAt - (firstRowMilliseconds ?? 0));
    await backend.call('worksheets.cancel', { session, run });
    await events.runEnd(run);
  }
  return {
    name: 'first rows of `select * from lineitem` in the grid, after the engine yields them',
    value: quantile(delays, 0.95),
    unit: 'ms',
    atMost: 150,
    detail: `p95 of ${rounds} to the frame that shows them, median ${shown(median(delays))} ms, Chromium`,
    samples: delays,
  };
}

/** In the page: the time at which a grid that was not there before shows a cell, once that frame is done. */
function watchForCells(): Promise<number> {
  const before = new Set(document.querySelectorAll('[role=grid]'));
  return new Promise((resolve) => {
    const look = () => {
      const grids = [...document.querySelectorAll('[role=grid]')].filter((grid) => !before.has(grid));
      const cell = grids.flatMap((grid) => [...grid.querySelectorAll('[role=gridcell]')]);
      if (cell.some((one) => one.textContent)) requestAnimationFrame(() => resolve(Date.now()));
      else requestAnimationFrame(look);
    };
    look();
  });
}

const LARGE_GRID = '[role=grid][aria-rowcount="10000001"]';

async function openLargeResult(events: EventStream, page: Page): Promise<void> {
  const seen = events.told.length;
  await newWorksheet(page, TEN_MILLION);
  await pressRun(page);
  const started = await events.until((told) => events.told.indexOf(told) >= seen && told.event.type === 'run');
  if (started.event.type !== 'run') throw new Error('not a run');
  const end = await events.runEnd(started.event.run.id, 600_000);
  if (end.state !== 'done') throw new Error(end.error?.message);
  await page.locator(LARGE_GRID).last().waitFor();
  await painted(page);
}

/** Pixels a second; a row is 24 high. The first, as a person begins, is not counted: it warms the page up. */
const SCROLLS = [
  { name: 'first', speed: 1_200, seconds: 2 },
  { name: 'slow', speed: 2_400, seconds: 4 },
  { name: 'fast', speed: 24_000, seconds: 4 },
  { name: 'flung', speed: 120_000, seconds: 4 },
];

/** Scrolls by the wheel, as Chromium itself does it, and looks at the frames that the page gets meanwhile. */
async function scrolling(page: Page): Promise<Figure> {
  const box = await page.locator(LARGE_GRID).last().boundingBox();
  if (!box) throw new Error('The grid is not to be seen.');
  const session = await page.context().newCDPSession(page);
  const idle = await framesDuring(page, () => page.waitForTimeout(2_000));
  const samples: Record<string, number[]> = { idle };
  for (const { name, speed, seconds } of SCROLLS) {
    samples[name] = await framesDuring(page, () =>
      session.send('Input.synthesizeScrollGesture', {
        x: box.x + box.width / 2,
        y: box.y + box.height / 2,
        yDistance: -speed * seconds,
        speed,
        gestureSourceType: 'mouse',
        preventFling: true,
      }),
    );
  }
  const counted = SCROLLS.slice(1).map(({ name }) => ({ name, times: samples[name] ?? [] }));
  const part = (name: string, times: number[]) =>
    `${name} ${shown(droppedPart(times))} %, p95 frame ${shown(quantile(times, 0.95))} ms`;
  return {
    name: 'frames dropped in a scripted scroll over 10 million rows',
    value: droppedPart(counted.flatMap(({ times }) => times)),
    unit: '%',
    atMost: 5,
    detail: `${counted.map(({ name, times }) => part(name, times)).join('; ')}; standing still ${shown(droppedPart(idle))} %`,
    samples,
  };
}

/** The times between the page's frames while something is done. */
async function framesDuring(page: Page, work: () => Promise<unknown>): Promise<number[]> {
  await page.evaluate(() => {
    const times: number[] = [];
    let before = performance.now();
    const step = (now: number) => {
      times.push(now - before);
      before = now;
      if (state.goes) requestAnimationFrame(step);
    };
    const state = { goes: true, times };
    Object.assign(window, { benchFrames: state });
    requestAnimationFrame(step);
  });
  await work();
  return page.evaluate(() => {
    const { benchFrames } = window as unknown as { benchFrames: { goes: boolean; times: number[] } };
    benchFrames.goes = false;
    return benchFrames.times.slice(1);
  });
}

const FRAME = 1_000 / 60;

/** Per cent of the frames that a screen of 60 a second would have shown and the page did not make. */
function droppedPart(times: readonly number[]): number {
  const dropped = times.reduce((sum, time) => sum + Math.max(0, Math.round(time / FRAME) - 1), 0);
  return (100 * dropped) / (times.length + dropped);
}

/** The renderer process with the result open and scrolled through: its own share of memory. */
async function memory(browser: Browser, page: Page): Promise<Figure> {
  await page.waitForTimeout(1_000);
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  const sizes = await Promise.all(
    processInfo.filter((one) => one.type === 'renderer').map((one) => shareOfMemory(one.id)),
  );
  return {
    name: 'memory of the renderer with a 10-million-row result open',
    value: Math.max(...sizes.map((size) => size.own)),
    unit: 'MB',
    atMost: 400,
    detail: `its own share (PSS); resident ${shown(Math.max(...sizes.map((size) => size.resident)))} MB with what Chromium shares`,
    samples: sizes,
  };
}

/** Megabytes of a process, on Linux. */
async function shareOfMemory(pid: number): Promise<{ own: number; resident: number }> {
  const text = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8');
  const megabytes = (name: string) =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1] ?? Number.NaN) / 1e3;
  return { own: megabytes('Pss'), resident: megabytes('Rss') };
}

/** From the start of Electron to a workbench that can be used, beside one that opens an empty window. */
export async function measureStart(place: BenchPlace, rounds: number): Promise<Figure[]> {
  const binary = process.env.MILLRACE_TEST_ELECTRON;
  if (!binary) throw new Error('There is no Electron: see tests/support/setup-machine.mjs.');
  if (process.platform === 'linux') process.env.ELECTRON_OVERRIDE_DIST_PATH = path.dirname(binary);
  const folder = await place.project('start');
  const display = await openDisplay();
  const empty: number[] = [];
  const workbench: number[] = [];
  try {
    for (let round = -1; round < rounds; round += 1) {
      const one = await timeToWindow(
        place,
        [path.join(process.cwd(), 'tests/bench/explore/empty-window.cjs')],
        painted,
      );
      const other = await timeToWindow(place, [path.join(process.cwd(), 'out/main/shell.js'), folder], usable);
      if (round < 0) continue;
      empty.push(one);
      workbench.push(other);
    }
  } finally {
    display.stop();
  }
  return [
    {
      name: 'start to a usable window, beside an empty Electron window',
      value: median(workbench) / median(empty),
      unit: 'ratio',
      atMost: 2.5,
      detail: `${shown(median(workbench))} against ${shown(median(empty))} ms, medians of ${rounds}, both seen through Playwright`,
      samples: { empty, workbench },
    },
  ];
}

async function timeToWindow(
  place: BenchPlace,
  words: string[],
  isThere: (page: Page) => Promise<void>,
): Promise<number> {
  const started = performance.now();
  const app = await electron.launch({
    args: [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), ...words],
    env: { ...(process.env as Record<string, string>), ...place.environment },
  });
  try {
    await isThere(await app.firstWindow());
    return performance.now() - started;
  } finally {
    await app.close();
  }
}
