import { useState } from 'react';
import type { JsonNode } from './json-node';

/** Children drawn at once; a list of a million items stays usable. */
const PAGE = 200;

/** A JSON value as a tree that opens level by level. */
export function JsonTree({ node }: { node: JsonNode }) {
  return (
    <div className="json-tree">
      <JsonLine node={node} depth={0} />
    </div>
  );
}

function JsonLine({ name, node, depth }: { name?: string | undefined; node: JsonNode; depth: number }) {
  const [open, setOpen] = useState(depth < 2);
  const label = name === undefined ? null : <span className="json-key">{name}: </span>;
  const children = childrenOf(node);
  if (!children || children.length === 0) {
    return (
      <div className="json-leaf">
        {label}
        <JsonScalar node={node} />
      </div>
    );
  }
  return (
    <details open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        {label}
        <span className="json-count">{node.kind === 'array' ? `[${children.length}]` : `{${children.length}}`}</span>
      </summary>
      {open ? <JsonChildren items={children} depth={depth + 1} /> : null}
    </details>
  );
}

function JsonChildren({ items, depth }: { items: { key: string; value: JsonNode }[]; depth: number }) {
  const [shown, setShown] = useState(PAGE);
  return (
    <div className="json-children">
      {items.slice(0, shown).map((item, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the value does not change while it is shown
        <JsonLine key={index} name={item.key} node={item.value} depth={depth} />
      ))}
      {items.length > shown ? (
        <button type="button" className="button quiet" onClick={() => setShown(shown * 2)}>
          {(items.length - shown).toLocaleString('en-US')} more
        </button>
      ) : null}
    </div>
  );
}

function JsonScalar({ node }: { node: JsonNode }) {
  if (node.kind === 'string') return <span className="json-string">{JSON.stringify(node.text)}</span>;
  if (node.kind === 'object') return <span>{'{}'}</span>;
  if (node.kind === 'array') return <span>[]</span>;
  return <span className={node.kind === 'number' ? 'json-number' : 'json-literal'}>{node.raw}</span>;
}

function childrenOf(node: JsonNode): { key: string; value: JsonNode }[] | undefined {
  if (node.kind === 'object') return node.entries;
  if (node.kind === 'array') return node.items.map((value, index) => ({ key: String(index), value }));
  return undefined;
}
