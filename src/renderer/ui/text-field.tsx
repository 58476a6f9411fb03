import type { InputHTMLAttributes, Ref } from 'react';
import { Icon, type IconName } from './icon';
import './controls.css';

interface TextFieldProps extends Omit<InputHTMLAttributes<HTMLInputElement>, 'className' | 'onChange'> {
  label: string;
  icon?: IconName;
  onChange(value: string): void;
  inputRef?: Ref<HTMLInputElement>;
  width?: number | string;
}

/** A one-line field whose label is its accessible name and, unless one is given, its placeholder. */
export function TextField({ label, icon, onChange, inputRef, width, ...rest }: TextFieldProps) {
  return (
    <span className="text-field" style={width === undefined ? undefined : { width }}>
      {icon ? <Icon name={icon} size={12} /> : null}
      <input
        placeholder={label}
        {...rest}
        ref={inputRef}
        aria-label={label}
        spellCheck={false}
        onChange={(event) => onChange(event.target.value)}
      />
    </span>
  );
}
