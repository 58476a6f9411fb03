import { type ReactNode, useRef, useState } from 'react';
import './split-pane.css';

interface SplitPaneProps {
  /** `rows` stacks the panes, `columns` sets them side by side. */
  direction: 'rows' | 'columns';
  /** Share of the first pane, 0 to 1, or pixels when `fixed` names a pane. */
  size: number;
  onSize(size: number): void;
  /** The pane whose size is kept in pixels. */
  fixed?: 'first' | 'second';
  minimum?: number;
  label: string;
  first: ReactNode;
  second: ReactNode;
}

/** Two panes with a divider that is dragged or moved by arrow keys. */
export function SplitPane({ direction, size, onSize, fixed, minimum = 80, label, first, second }: SplitPaneProps) {
  const box = useRef<HTMLDivElement>(null);
  const [dragging, setDragging] = useState(false);
  const rows = direction === 'rows';

  const moveTo = (position: number) => {
    const rectangle = box.current?.getBoundingClientRect();
    if (!rectangle) return;
    const whole = rows ? rectangle.height : rectangle.width;
    const start = rows ? rectangle.top : rectangle.left;
    const pixels = Math.min(Math.max(position - start, minimum), Math.max(minimum, whole - minimum));
    if (!fixed) onSize(pixels / whole);
    else onSize(fixed === 'first' ? pixels : whole - pixels);
  };
  const nudge = (step: number) => {
    const first = box.current?.firstElementChild?.getBoundingClientRect();
    if (first) moveTo((rows ? first.bottom : first.right) + step);
  };

  const flexible = { flex: '1 1 0' };
  const sized = { flex: fixed ? `0 0 ${size}px` : `0 0 ${size * 100}%` };
  return (
    <div ref={box} className={`split-pane ${direction} ${dragging ? 'dragging' : ''}`}>
      <div className="pane" style={fixed === 'second' ? flexible : sized}>
        {first}
      </div>
      {/* biome-ignore lint/a11y/useSemanticElements: a divider that moves is no <hr> */}
      <div
        className="divider"
        role="separator"
        tabIndex={0}
        aria-label={label}
        aria-orientation={rows ? 'horizontal' : 'vertical'}
        aria-valuenow={Math.round(fixed ? size : size * 100)}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          setDragging(true);
        }}
        onPointerMove={(event) => {
          if (dragging) moveTo(rows ? event.clientY : event.clientX);
        }}
        onPointerUp={() => setDragging(false)}
        onKeyDown={(event) => {
          if (event.key === (rows ? 'ArrowDown' : 'ArrowRight')) nudge(24);
          else if (event.key === (rows ? 'ArrowUp' : 'ArrowLeft')) nudge(-24);
        }}
      />
      <div className="pane" style={fixed === 'second' ? sized : flexible}>
        {second}
      </div>
    </div>
  );
}
