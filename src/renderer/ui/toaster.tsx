import { create } from 'zustand';
import type { ErrorShape } from '../../shared/errors';
import { IconButton } from './button';
import { ErrorBox } from './error-box';
import './toaster.css';

interface Toast {
  id: number;
  text?: string;
  error?: ErrorShape;
  action?: { label: string; run(): void };
}

interface ToastState {
  toasts: Toast[];
  add(toast: Omit<Toast, 'id'>, milliseconds: number): void;
  remove(id: number): void;
}

let next = 1;

const useToasts = create<ToastState>()((set) => ({
  toasts: [],
  add(toast, milliseconds) {
    const id = next++;
    set((state) => ({ toasts: [...state.toasts.slice(-4), { ...toast, id }] }));
    setTimeout(() => set((state) => ({ toasts: state.toasts.filter((one) => one.id !== id) })), milliseconds);
  },
  remove: (id) => set((state) => ({ toasts: state.toasts.filter((one) => one.id !== id) })),
}));

/** Shows an error that no view has a better place for. A cancel is no error. */
export function showError(error: ErrorShape): void {
  if (error.code !== 'CANCELLED') useToasts.getState().add({ error }, 12_000);
}

/** A short message, with an action such as Undo where there is one. */
export function showMessage(text: string, action?: { label: string; run(): void }): void {
  useToasts.getState().add(action ? { text, action } : { text }, action ? 8_000 : 4_000);
}

export function Toaster() {
  const { toasts, remove } = useToasts();
  return (
    <div className="toaster" role="status" aria-live="polite">
      {toasts.map((toast) => (
        <div key={toast.id} className="toast">
          <div className="body">{toast.error ? <ErrorBox error={toast.error} /> : <p>{toast.text}</p>}</div>
          {toast.action ? (
            <button
              type="button"
              className="button quiet"
              onClick={() => {
                toast.action?.run();
                remove(toast.id);
              }}
            >
              {toast.action.label}
            </button>
          ) : null}
          <IconButton icon="cross" label="Dismiss" onClick={() => remove(toast.id)} />
        </div>
      ))}
    </div>
  );
}
