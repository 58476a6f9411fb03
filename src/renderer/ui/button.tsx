import type { ButtonHTMLAttributes, ReactNode } from 'react';
import { Icon, type IconName } from './icon';
import './controls.css';

interface ButtonProps extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'className'> {
  icon?: IconName;
  /** `primary` is the one main action of a view; `quiet` shows its frame under the pointer only. */
  look?: 'primary' | 'plain' | 'quiet' | 'danger';
  /** The key that does the same, shown in the button. */
  keys?: string | undefined;
  children?: ReactNode;
}

export function Button({ icon, look = 'plain', keys, children, ...rest }: ButtonProps) {
  return (
    <button type="button" {...rest} className={`button ${look}`}>
      {icon ? <Icon name={icon} size={12} /> : null}
      {children}
      {keys ? <kbd>{keys}</kbd> : null}
    </button>
  );
}

interface IconButtonProps extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'className'> {
  icon: IconName;
  /** Named for assistive technology and shown on hover. */
  label: string;
  pressed?: boolean;
}

export function IconButton({ icon, label, pressed, ...rest }: IconButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      aria-label={label}
      title={label}
      {...(pressed === undefined ? {} : { 'aria-pressed': pressed })}
      className="icon-button"
    >
      <Icon name={icon} />
    </button>
  );
}
