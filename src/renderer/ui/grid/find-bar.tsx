import { ArrowDownIcon, ArrowUpIcon } from '@blueprintjs/icons';
import { type RefObject, useEffect, useRef, useState } from 'react';
import { errorShape } from '../../../shared/errors';
import { IconButton } from '../button';
import { TextField } from '../text-field';
import type { GridView } from './grid-view';
import { selectCell } from './selection';

interface FindBarProps {
  view: RefObject<GridView | null>;
  needle: string;
  onNeedle(needle: string): void;
  onClose(): void;
  /** Filled in by the bar, so that F3 works in the grid. */
  next: RefObject<(backwards: boolean) => void>;
}

/** Finds text in cells, over all rows: Enter goes to the next match, Shift Enter to the one before. */
export function FindBar({ view, needle, onNeedle, onClose, next }: FindBarProps) {
  const input = useRef<HTMLInputElement>(null);
  const search = useRef<AbortController | null>(null);
  const [state, setState] = useState<{ text: string; failed: boolean }>({ text: '', failed: false });

  useEffect(() => {
    input.current?.focus();
    input.current?.select();
    return () => search.current?.abort();
  }, []);

  const find = async (backwards: boolean) => {
    const current = view.current;
    if (!current || needle === '') return;
    search.current?.abort();
    const controller = new AbortController();
    search.current = controller;
    const slow = setTimeout(() => setState({ text: 'searching…', failed: false }), 300);
    try {
      const found = await findAround(current, needle, backwards, controller.signal);
      if (!controller.signal.aborted) setState(found);
    } catch (error) {
      if (!controller.signal.aborted) setState({ text: errorShape(error).message, failed: true });
    } finally {
      clearTimeout(slow);
    }
  };
  next.current = (backwards) => void find(backwards);

  return (
    <search
      className="grid-bar"
      onKeyDown={(event) => {
        if (event.key === 'Enter' || event.key === 'F3') void find(event.shiftKey);
        else if (event.key === 'Escape') onClose();
        else return;
        event.preventDefault();
        event.stopPropagation();
      }}
    >
      <TextField
        label="Find in cells"
        icon="search"
        inputRef={input}
        value={needle}
        width={220}
        onChange={(text) => {
          search.current?.abort();
          setState({ text: '', failed: false });
          onNeedle(text);
        }}
      />
      <button
        type="button"
        className="icon-button"
        aria-label="Previous match"
        title="Previous match (Shift F3)"
        onClick={() => void find(true)}
      >
        <ArrowUpIcon size={14} aria-hidden />
      </button>
      <button
        type="button"
        className="icon-button"
        aria-label="Next match"
        title="Next match (F3)"
        onClick={() => void find(false)}
      >
        <ArrowDownIcon size={14} aria-hidden />
      </button>
      <output className={state.failed ? 'none' : ''}>{state.text}</output>
      <IconButton icon="cross" label="Close" onClick={onClose} />
    </search>
  );
}

/** Goes to the next match after the active cell, around the end once, and says where that is. */
async function findAround(view: GridView, text: string, backwards: boolean, signal: AbortSignal) {
  const { source } = view.cache;
  if (!source.find) return { text: 'cannot search here', failed: true };
  const columns = [...view.plan.columns];
  const { active } = view.selection;
  const from = { row: active.row, column: columns[active.place] ?? 0 };
  const request = { text, columns, backwards, signal };
  const near = await source.find({ ...request, from });
  const rows = source.rowCount;
  const start = backwards ? { row: rows, column: columns[0] ?? 0 } : { row: -1, column: columns.at(-1) ?? 0 };
  const found = near ?? (signal.aborted ? null : await source.find({ ...request, from: start }));
  if (!found || signal.aborted) return { text: 'no match', failed: true };
  view.setSelection(selectCell({ row: found.row, place: Math.max(0, view.plan.place[found.column] ?? 0) }));
  return { text: `row ${(found.row + 1).toLocaleString('en-US')}${near ? '' : ' · from the start'}`, failed: false };
}
