import { CONNECTION_FIELDS, type ConnectionField, type FieldGroup } from '../../../shared/connection-fields';
import { type ConnectionDraft, isFieldShown, shownValue, withField } from './connection-form';

interface FieldsProps {
  draft: ConnectionDraft;
  onChange(draft: ConnectionDraft): void;
}

const GROUPS: { group: FieldGroup; title: string }[] = [
  { group: 'tls', title: 'TLS' },
  { group: 'ssh', title: 'SSH' },
  { group: 'advanced', title: 'More' },
];

/** The fields of a type, the main ones first, the others folded unless one of them is set. */
export function ConnectionFields({ draft, onChange }: FieldsProps) {
  const fields = CONNECTION_FIELDS[draft.type].filter((field) => isFieldShown(draft, field));
  const isSet = (field: ConnectionField) => shownValue(draft, field) !== '' || draft.secrets[field.key] !== undefined;
  const draw = (field: ConnectionField) => <Field key={field.key} field={field} draft={draft} onChange={onChange} />;
  return (
    <>
      <div className="connection-fields">{fields.filter((field) => field.group === 'main').map(draw)}</div>
      {GROUPS.map(({ group, title }) => {
        const inside = fields.filter((field) => field.group === group);
        if (inside.length === 0) return null;
        return (
          <details key={`${draft.type} ${group}`} className="connection-group" open={inside.some(isSet) || undefined}>
            <summary>{title}</summary>
            <div className="connection-fields">{inside.map(draw)}</div>
          </details>
        );
      })}
    </>
  );
}

function Field({ field, draft, onChange }: FieldsProps & { field: ConnectionField }) {
  const id = `field-${draft.type}-${field.key}`;
  return (
    <div className="connection-field">
      <label htmlFor={id}>
        {field.label}
        {field.required ? <em> required</em> : null}
      </label>
      <Control id={id} field={field} draft={draft} onChange={onChange} />
      {field.help ? <small>{field.help}</small> : null}
    </div>
  );
}

function Control({ id, field, draft, onChange }: FieldsProps & { field: ConnectionField; id: string }) {
  const value = shownValue(draft, field);
  const set = (text: string | boolean) => onChange(withField(draft, field, text));
  if (field.kind === 'choice') {
    return (
      <select id={id} value={value || String(field.default ?? '')} onChange={(event) => set(event.target.value)}>
        {field.choices?.map((choice) => (
          <option key={choice}>{choice}</option>
        ))}
      </select>
    );
  }
  if (field.kind === 'switch') {
    const on = value === '' ? field.default === true : value === 'true';
    return <input id={id} type="checkbox" checked={on} onChange={(event) => set(event.target.checked)} />;
  }
  if (field.kind === 'secret') return <SecretControl id={id} field={field} draft={draft} onChange={onChange} />;
  if (field.kind === 'structure' || field.kind === 'map') {
    return value === '' ? (
      <output id={id}>Set it in millrace.yaml.</output>
    ) : (
      <output id={id}>
        <code>{value}</code> — change it in millrace.yaml.
      </output>
    );
  }
  return (
    <input
      id={id}
      value={value}
      inputMode={field.kind === 'number' ? 'numeric' : 'text'}
      placeholder={field.placeholder ?? (field.default === undefined ? '' : String(field.default))}
      spellCheck={false}
      autoComplete="off"
      onChange={(event) => set(event.target.value)}
    />
  );
}

/** Shows where a secret is kept, never what it is; typing one replaces it when the form is saved. */
function SecretControl({ id, field, draft, onChange }: FieldsProps & { field: ConnectionField; id: string }) {
  const reference = shownValue(draft, field);
  const typed = draft.secrets[field.key];
  const isReference = (text: string) => /^\$\{\w*\}?$|^keychain:/.test(text);
  const set = (text: string) => {
    const { [field.key]: _, ...others } = draft.secrets;
    if (isReference(text)) onChange(withField({ ...draft, secrets: others }, field, text));
    else onChange({ ...draft, secrets: text === '' ? others : { ...others, [field.key]: text } });
  };
  return (
    <span className="secret">
      <input
        id={id}
        type={isReference(typed ?? reference) && typed === undefined ? 'text' : 'password'}
        value={typed ?? (reference.startsWith('${') ? reference : '')}
        placeholder={reference.startsWith('keychain:') ? 'kept in the keychain' : field.placeholder}
        autoComplete="new-password"
        spellCheck={false}
        onChange={(event) => set(event.target.value)}
      />
      <small>{`or \${NAME} of the environment`}</small>
    </span>
  );
}
