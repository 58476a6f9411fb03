import { type RefObject, useEffect, useRef, useState } from 'react';
import { IconButton } from '../button';
import { TextField } from '../text-field';
import type { GridView } from './grid-view';
import { parseJump } from './parse-jump';
import { selectCell } from './selection';

/** Asks for a row number, or a share of the rows such as `50%`, and goes there. */
export function JumpBar({ view, onClose }: { view: RefObject<GridView | null>; onClose(): void }) {
  const input = useRef<HTMLInputElement>(null);
  const [text, setText] = useState('');
  useEffect(() => input.current?.focus(), []);
  const rows = view.current?.bounds.rows ?? 0;
  const row = parseJump(text, rows);
  const go = () => {
    const current = view.current;
    if (row === null || !current) return;
    current.setSelection(selectCell({ row, place: current.selection.active.place }));
    onClose();
  };
  return (
    <search
      className="grid-bar"
      onKeyDown={(event) => {
        if (event.key === 'Enter') go();
        else if (event.key === 'Escape') onClose();
        else return;
        event.preventDefault();
        event.stopPropagation();
      }}
    >
      <TextField label="Row number or percent" inputRef={input} value={text} onChange={setText} width={170} />
      <output className={text !== '' && row === null ? 'none' : ''}>of {rows.toLocaleString('en-US')}</output>
      <IconButton icon="cross" label="Close" onClick={onClose} />
    </search>
  );
}
