import { useId, useState } from 'react';
import { type Session, useSessions } from '../../app/sessions/session-store';
import { Button } from '../../ui/button';
import { activeEditor } from './editor-handles';

/** Asks for a run's `$name` parameters in a bar above the editor; Enter runs, Escape leaves. */
export function ParameterForm({ session }: { session: Session }) {
  const asking = session.asking;
  const patch = useSessions((state) => state.patch);
  const id = useId();
  const [values, setValues] = useState<Record<string, string | null>>(() =>
    Object.fromEntries((asking?.names ?? []).map(({ name, value }) => [name, value])),
  );
  if (!asking) return null;
  const leave = () => {
    patch(session.key, { asking: undefined });
    activeEditor()?.focus();
  };
  return (
    <form
      className="parameter-form"
      aria-label="Parameters"
      onSubmit={(event) => {
        event.preventDefault();
        asking.accept(values);
        activeEditor()?.focus();
      }}
      onKeyDown={(event) => {
        if (event.key === 'Escape') leave();
      }}
    >
      {asking.names.map(({ name }, index) => (
        <span key={name} className="parameter">
          <label htmlFor={`${id}-${name}`}>${name}</label>
          <span className="text-field">
            <input
              id={`${id}-${name}`}
              // biome-ignore lint/a11y/noAutofocus: the run waits for this value
              autoFocus={index === 0}
              value={values[name] ?? ''}
              placeholder={values[name] === null ? 'NULL' : 'value'}
              onChange={(event) => setValues({ ...values, [name]: event.target.value })}
              onFocus={(event) => event.target.select()}
            />
          </span>
          <label className="null">
            <input
              type="checkbox"
              checked={values[name] === null}
              onChange={(event) => setValues({ ...values, [name]: event.target.checked ? null : '' })}
            />
            NULL
          </label>
        </span>
      ))}
      <button type="submit" className="button">
        Run with these
      </button>
      <Button look="quiet" onClick={leave}>
        Leave
      </Button>
    </form>
  );
}
