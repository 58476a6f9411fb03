import { type ReactNode, useEffect, useRef, useState } from 'react';

interface WindowedListProps {
  count: number;
  label: string;
  /** Scrolled into view when it changes. */
  current?: number;
  row(index: number): ReactNode;
}

const ROW = 24;
const OVERSCAN = 8;

/** A list of fixed rows that draws those in view alone: thousands of column names cost what forty do. */
export function WindowedList({ count, label, current, row }: WindowedListProps) {
  const box = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ first: 0, rows: 40 });

  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const measure = () =>
      setView({
        first: Math.max(0, Math.floor(element.scrollTop / ROW) - OVERSCAN),
        rows: Math.ceil(element.clientHeight / ROW) + 2 * OVERSCAN,
      });
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    element.addEventListener('scroll', measure, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener('scroll', measure);
    };
  }, []);

  useEffect(() => {
    const element = box.current;
    if (!element || current === undefined || current < 0) return;
    const top = current * ROW;
    if (top < element.scrollTop) element.scrollTop = top;
    else if (top + ROW > element.scrollTop + element.clientHeight) element.scrollTop = top + ROW - element.clientHeight;
  }, [current]);

  const last = Math.min(count, view.first + view.rows);
  const rows: ReactNode[] = [];
  for (let index = view.first; index < last; index += 1) rows.push(row(index));
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a list that scrolls must be reachable by keys
    <div ref={box} className="windowed-list" tabIndex={0}>
      <ul aria-label={label} style={{ height: count * ROW, paddingTop: Math.min(view.first, count) * ROW }}>
        {rows}
      </ul>
    </div>
  );
}
