import { CONNECTION_FIELDS, type ConnectionField, fieldValue, withFieldValue } from '../../../shared/connection-fields';
import type { ConnectionConfig, ConnectionInfo, ConnectionType, OptionValue } from '../../../shared/connections';

/** What the form holds before it is saved: the entry as it will stand in millrace.yaml, and secrets typed just now. */
export interface ConnectionDraft extends ConnectionConfig {
  name: string;
  /** By field key; goes to the keychain and never into a file. */
  secrets: Record<string, string>;
}

export function newDraft(type: ConnectionType): ConnectionDraft {
  return { name: '', type, access: 'read', environment: 'dev', options: {}, secrets: {} };
}

export function draftOf(info: ConnectionInfo): ConnectionDraft {
  const { name, type, access, environment, options } = info;
  return { name, type, access, environment, options, secrets: {} };
}

/** Whether a field is to be shown: its `when` names a field that has one of the wanted values. */
export function isFieldShown(draft: ConnectionDraft, field: ConnectionField): boolean {
  const { when } = field;
  if (!when) return true;
  const other = CONNECTION_FIELDS[draft.type].find((one) => one.key === when.key);
  const value = fieldValue(draft.options, when.key) ?? other?.default ?? '';
  return when.is.some((wanted) => wanted === value);
}

/** The draft with one field set as typed; an empty one is taken out. */
export function withField(draft: ConnectionDraft, field: ConnectionField, text: string | boolean): ConnectionDraft {
  return { ...draft, options: withFieldValue(draft.options, field.key, optionValue(field, text)) };
}

function optionValue(field: ConnectionField, text: string | boolean): OptionValue | undefined {
  if (typeof text === 'boolean') return text === (field.default ?? false) ? undefined : text;
  const trimmed = text.trim();
  if (trimmed === '' || trimmed === String(field.default ?? '')) return undefined;
  if (field.kind === 'number' && /^\d+(\.\d+)?$/.test(trimmed)) return Number(trimmed);
  if (field.kind === 'list') return trimmed.split(',').map((part) => part.trim());
  return trimmed;
}

/** What a field shows: its value, or nothing where the default holds. */
export function shownValue(draft: ConnectionDraft, field: ConnectionField): string {
  const value = fieldValue(draft.options, field.key);
  if (value === undefined) return '';
  if (Array.isArray(value)) return value.join(', ');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** The first thing that keeps the draft from being saved. */
export function draftProblem(draft: ConnectionDraft): string | undefined {
  if (draft.name.trim() === '') return 'Give it a name: SQL will use it.';
  const missing = CONNECTION_FIELDS[draft.type].find(
    (field) =>
      field.required &&
      isFieldShown(draft, field) &&
      shownValue(draft, field) === '' &&
      draft.secrets[field.key] === undefined,
  );
  return missing && `${missing.label} is missing.`;
}
