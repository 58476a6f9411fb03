import { useState } from 'react';
import { takeFocus } from './take-focus';

interface InlineEditProps {
  label: string;
  value: string;
  placeholder?: string;
  /** Begins as a field. */
  open?: boolean;
  onDone(value: string): void;
  onCancel?(): void;
}

/** Text that becomes a field when it is clicked; Enter keeps, Escape leaves it as it was. */
export function InlineEdit({ label, value, placeholder = '', open = false, onDone, onCancel }: InlineEditProps) {
  const [text, setText] = useState<string | undefined>(open ? value : undefined);
  if (text === undefined) {
    return (
      <button
        type="button"
        className={value === '' ? 'inline-edit empty' : 'inline-edit'}
        aria-label={label}
        onClick={() => setText(value)}
      >
        {value === '' ? placeholder : value}
      </button>
    );
  }
  const done = () => {
    setText(undefined);
    if (text.trim() === value) onCancel?.();
    else onDone(text.trim());
  };
  return (
    <span className="text-field inline-field">
      <input
        ref={takeFocus}
        aria-label={label}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onBlur={done}
        onKeyDown={(event) => {
          if (event.key === 'Enter') done();
          if (event.key !== 'Escape') return;
          event.stopPropagation();
          setText(undefined);
          onCancel?.();
        }}
      />
    </span>
  );
}
