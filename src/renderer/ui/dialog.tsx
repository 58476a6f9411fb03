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
  // On the window: a button that was pressed and is then disabled loses the focus to the body.
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key === 'Escape') onClose();
      else if (event.key !== 'Tab' || !box.current || !keepFocus(event, box.current)) return;
      event.preventDefault();
      event.stopPropagation();
    };
    window.addEventListener('keydown', onKey, true);
    return () => window.removeEventListener('keydown', onKey, true);
  }, [onClose]);
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
      >
        {children}
      </form>
    </div>
  );
}

/** Tab goes from the last field to the first, and back; true where it moved the focus so. Radio buttons are one field. */
function keepFocus(event: KeyboardEvent, box: HTMLElement): boolean {
  const fields = [...box.querySelectorAll<HTMLElement>(FOCUSABLE)].filter(
    (field) => !field.matches(':disabled, [type="radio"]:not(:checked)'),
  );
  const isInside = box.contains(document.activeElement);
  if (isInside && document.activeElement !== (event.shiftKey ? fields[0] : fields.at(-1))) return false;
  (event.shiftKey ? fields.at(-1) : fields[0])?.focus();
  return true;
}
