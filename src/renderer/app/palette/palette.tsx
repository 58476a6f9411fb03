import { useEffect, useMemo, useRef, useState } from 'react';
import { callError } from '../../api/client';
import { Icon } from '../../ui/icon';
import { showError } from '../../ui/toaster';
import { bestMatches } from './best-matches';
import { type PaletteItem, type PaletteRequest, usePalette } from './palette-store';
import './palette.css';

/** The list in the middle of the window: commands, things to go to, names to type. */
export function Palette() {
  const { request, opened } = usePalette();
  return request ? <PaletteList key={opened} request={request} /> : null;
}

function PaletteList({ request }: { request: PaletteRequest }) {
  const close = usePalette((state) => state.close);
  const [items, setItems] = useState<PaletteItem[] | undefined>(() =>
    Array.isArray(request.items) ? request.items : undefined,
  );
  const [query, setQuery] = useState(request.initial ?? '');
  const [chosen, setChosen] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const before = useRef(document.activeElement);

  useEffect(() => {
    if (typeof request.items !== 'function') return;
    request.items().then(setItems, (error) => {
      showError(callError(error));
      setItems([]);
    });
  }, [request]);

  const matches = useMemo(() => {
    const found = bestMatches(items ?? [], query);
    const free = query.trim() === '' ? undefined : request.free?.(query);
    return free ? [...found, free] : found;
  }, [items, query, request]);

  useEffect(() => {
    list.current?.children[chosen]?.scrollIntoView({ block: 'nearest' });
  }, [chosen]);

  const leave = () => {
    close();
    if (before.current instanceof HTMLElement) before.current.focus();
  };
  const accept = (item: PaletteItem | undefined) => {
    if (!item) return;
    leave();
    Promise.resolve(item.run()).catch((error) => showError(callError(error)));
  };
  const onKey = (event: React.KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10 }[event.key];
    if (step !== undefined) setChosen(Math.min(Math.max(chosen + step, 0), matches.length - 1));
    else if (event.key === 'Enter') accept(matches[chosen]);
    else if (event.key === 'Escape') leave();
    else if (event.key !== 'Tab') return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div className="palette-layer" onPointerDown={(event) => event.target === event.currentTarget && leave()}>
      <div className="palette" role="dialog" aria-modal="true" aria-label={request.placeholder}>
        <input
          // biome-ignore lint/a11y/noAutofocus: the list was asked for to type into it
          autoFocus
          role="combobox"
          aria-expanded
          aria-controls="palette-list"
          aria-activedescendant={matches[chosen] ? `palette-${chosen}` : undefined}
          aria-label={request.placeholder}
          placeholder={request.placeholder}
          value={query}
          spellCheck={false}
          onChange={(event) => {
            setQuery(event.target.value);
            setChosen(0);
          }}
          onFocus={(event) => event.target.select()}
          onKeyDown={onKey}
        />
        <div className="list" role="listbox" id="palette-list" aria-label="Matches" ref={list}>
          {matches.map((item, index) => (
            // biome-ignore lint/a11y/useKeyWithClickEvents: keys are handled by the field that keeps the focus
            // biome-ignore lint/a11y/useFocusableInteractive: the field keeps the focus and names the active option
            <div
              key={item.id}
              id={`palette-${index}`}
              role="option"
              aria-selected={index === chosen}
              className="item"
              onPointerMove={() => setChosen(index)}
              onClick={() => accept(item)}
            >
              {item.icon ? <Icon name={item.icon} size={13} /> : null}
              <span className="label">{item.label}</span>
              {item.detail ? <span className="detail">{item.detail}</span> : null}
              {item.keys ? <kbd>{item.keys}</kbd> : null}
            </div>
          ))}
        </div>
        {items === undefined ? <p className="none">Reading…</p> : null}
        {items !== undefined && matches.length === 0 ? (
          <p className="none">{query.trim() === '' ? request.hint : `Nothing matches “${query}”.`}</p>
        ) : null}
      </div>
    </div>
  );
}
