import { useSyncExternalStore } from 'react';

/** The design tokens that a chart is drawn with, as plain colours, so that an exported picture keeps them. */
export interface ChartTokens {
  series: string[];
  text: string;
  quiet: string;
  line: string;
  surface: string;
  raised: string;
  rest: string;
  accent: string;
  font: string;
}

/** Reads the tokens as they hold now. */
export function readTokens(): ChartTokens {
  const style = getComputedStyle(document.documentElement);
  const token = (name: string) => style.getPropertyValue(name).trim();
  return {
    series: [1, 2, 3, 4, 5, 6].map((number) => token(`--chart-${number}`)),
    text: token('--text'),
    quiet: token('--text-2'),
    line: token('--line'),
    surface: token('--surface-0'),
    raised: token('--raised'),
    rest: token('--idle'),
    accent: token('--accent'),
    font: token('--font-ui'),
  };
}

/** Changes whenever the theme of the document does, so that what is drawn with its colours is drawn anew. */
export function useThemeMark(): string {
  return useSyncExternalStore(subscribe, () => document.documentElement.dataset.theme ?? 'light');
}

function subscribe(listener: () => void): () => void {
  const observer = new MutationObserver(listener);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
  return () => observer.disconnect();
}
