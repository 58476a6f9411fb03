import { type ReactNode, useEffect, useRef } from 'react';
import './dialog.css';

interface DialogProps {
  label: string;
  onClose(): void;
  /** Enter, or the button of type submit. */
  onSubmit(): void;
  children: ReactNode;
}

const FOCUSABLE = 'button, input, select, textarea, a[href], [tabindex]:not([tabindex="-1"])';

/** A form over the window that keeps the focus while it is open and gives it back. Escape and a click outside leave it. */
export function Dialog({ label, onClose, onSubmit, children }: DialogProps) {
  const box = useRef<HTMLFormElement>(null);
  const before = useRef(document.activeElement);
  useEffect(() => {
    const opener = before.current;
    return () => {
      if (opener instanceof HTMLElement) opener.focus();
    };
  }, []);
  return (
    <div className="dialog-layer" onPointerDown={(event) => event.target === event.currentTarget && onClose()}>
      <form
        ref={box}
        className="dialog"
        role="dialog"
        aria-modal="true"
        aria-label={label}
        onSubmit={(event) => {
          event.preventDefault();
          onSubmit();
        }}
        onKeyDown={(event) => {
          if (event.key === 'Escape') onClose();
          else if (event.key === 'Tab' && box.current) keepFocus(event, box.current);
        }}
      >
        {children}
      </form>
    </div>
  );
}

/** Tab goes from the last field to the first, and back. Of radio buttons, Tab stops at the chosen one alone. */
function keepFocus(event: React.KeyboardEvent, box: HTMLElement): void {
  const fields = [...box.querySelectorAll<HTMLElement>(FOCUSABLE)].filter(
    (field) => !field.matches(':disabled, [type="radio"]:not(:checked)'),
  );
  if (document.activeElement !== (event.shiftKey ? fields[0] : fields.at(-1))) return;
  event.preventDefault();
  (event.shiftKey ? fields.at(-1) : fields[0])?.focus();
}
