import { useState } from 'react';
import { IconButton } from '../../ui/button';

interface PathBoxProps {
  path: string;
  onGo(path: string): void;
}

/** Where one is, as crumbs and as a text to be changed: it jumps to any prefix without a listing of what is before. */
export function PathBox({ path, onGo }: PathBoxProps) {
  const [text, setText] = useState<string>();
  if (text !== undefined) {
    return (
      <input
        className="path-input"
        aria-label="Path: bucket/prefix/"
        // biome-ignore lint/a11y/noAutofocus: the field was asked for
        autoFocus
        spellCheck={false}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onBlur={() => setText(undefined)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') setText(undefined);
          if (event.key !== 'Enter') return;
          setText(undefined);
          onGo(text.replace(/^[a-z0-9]+:\/\//i, ''));
        }}
      />
    );
  }
  return (
    <nav className="crumbs" aria-label="Path">
      <IconButton icon="cloud" label="All buckets" onClick={() => onGo('')} />
      {crumbsOf(path).map(({ label, to }) => (
        <button key={to} type="button" onClick={() => onGo(to)}>
          {label}
        </button>
      ))}
      <button type="button" className="rest" aria-label="Type a path" onClick={() => setText(path)} />
      <IconButton icon="edit" label="Type a path" onClick={() => setText(path)} />
    </nav>
  );
}

function crumbsOf(path: string): { label: string; to: string }[] {
  const parts = path.match(/[^/]*\/|[^/]+$/g) ?? [];
  let to = '';
  return parts.map((part) => {
    to += part;
    return { label: part.endsWith('/') ? part : `${part}…`, to };
  });
}
