import { useEffect, useRef, useState } from 'react';
import type { ChartData } from './chart-data';
import { drawChart } from './chart-draw';
import type { ChartMark } from './chart-spec';
import { readTokens, useThemeMark } from './chart-tokens';

type Plot = typeof import('@observablehq/plot');

interface ChartCanvasProps {
  data: ChartData;
  mark: ChartMark;
  /** Told of each new picture, for export. */
  onDrawn(svg: SVGSVGElement): void;
  onProblem(error: unknown): void;
}

/** The picture itself, drawn anew for each size, theme and set of data. The chart library comes with the first one. */
export function ChartCanvas({ data, mark, onDrawn, onProblem }: ChartCanvasProps) {
  const box = useRef<HTMLDivElement>(null);
  const [plot, setPlot] = useState<Plot | undefined>(undefined);
  const [size, setSize] = useState({ width: 0, height: 0 });
  const theme = useThemeMark();
  const told = useRef({ onDrawn, onProblem });
  told.current = { onDrawn, onProblem };

  useEffect(() => {
    import('@observablehq/plot').then(setPlot, (error) => told.current.onProblem(error));
  }, []);
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setSize({ width: element.clientWidth, height: element.clientHeight }));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the theme changes the tokens that are read
  useEffect(() => {
    const element = box.current;
    if (!plot || !element || size.width < 80 || size.height < 80) return;
    try {
      const svg = drawChart({ plot, data, mark, tokens: readTokens(), ...size });
      element.replaceChildren(svg);
      told.current.onDrawn(svg);
    } catch (error) {
      told.current.onProblem(error);
    }
  }, [plot, data, mark, size, theme]);

  return <div ref={box} className="chart-canvas" />;
}
