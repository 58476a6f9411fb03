import { useEffect, useMemo, useState } from 'react';
import type { ErrorShape } from '../../../shared/errors';
import type { FunctionInfo } from '../../../shared/language';
import { api, callError } from '../../api/client';
import type { TabInput } from '../../app/workbench/tab';
import { ErrorBox } from '../../ui/error-box';
import { formatCount } from '../../ui/format';
import { TextField } from '../../ui/text-field';
import './functions.css';

/** The functions of the running engine, from its own catalog: signatures, descriptions, examples. */
export function FunctionsPage(_props: { input: TabInput }) {
  const [functions, setFunctions] = useState<FunctionInfo[]>();
  const [error, setError] = useState<ErrorShape>();
  const [filter, setFilter] = useState('');
  const [chosen, setChosen] = useState<string>();
  useEffect(() => {
    api.language.functions.query().then(setFunctions, (failure) => setError(callError(failure)));
  }, []);
  const matches = useMemo(() => matching(functions ?? [], filter), [functions, filter]);
  const shown = matches.find((one) => keyOf(one) === chosen) ?? matches[0];
  if (error) return <ErrorBox error={error} />;
  return (
    <div className="functions">
      <div className="list">
        <div className="filter">
          <TextField label="Filter functions" icon="search" value={filter} onChange={setFilter} />
          <span className="count numbers">{functions ? formatCount(matches.length) : '…'}</span>
        </div>
        <ul aria-label="Functions">
          {matches.slice(0, 400).map((one) => (
            <li key={keyOf(one)}>
              <button type="button" aria-current={one === shown} onClick={() => setChosen(keyOf(one))}>
                <code>{one.name}</code>
                <span>{one.kind}</span>
              </button>
            </li>
          ))}
          {matches.length > 400 ? (
            <li className="more">Type to find the other {formatCount(matches.length - 400)}.</li>
          ) : null}
        </ul>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and has nothing else that takes the focus */}
      <section className="page" aria-label="Function" tabIndex={0}>
        {shown ? <FunctionEntry entry={shown} /> : functions ? <p>Nothing matches “{filter}”.</p> : null}
      </section>
    </div>
  );
}

function keyOf(entry: FunctionInfo): string {
  return `${entry.kind}:${entry.name}`;
}

function matching(functions: FunctionInfo[], filter: string): FunctionInfo[] {
  const wanted = filter.trim().toLowerCase();
  if (wanted === '') return functions;
  const describes = (entry: FunctionInfo) =>
    entry.signatures.some((signature) => signature.description?.toLowerCase().includes(wanted));
  const named = functions.filter((entry) => entry.name.toLowerCase().includes(wanted));
  return [...named, ...functions.filter((entry) => !named.includes(entry) && describes(entry))];
}

type Signature = FunctionInfo['signatures'][number];

function callOf(name: string, { parameters, types, returns }: Signature): string {
  const list = parameters.map((parameter, at) => [parameter, types[at]].filter(Boolean).join(' ')).join(', ');
  return `${name}(${list})${returns ? ` → ${returns}` : ''}`;
}

/** The overloads of a function, those together that one description holds for. */
function describedAlike(entry: FunctionInfo) {
  const groups = new Map<string, { calls: string[]; description: string | null; examples: string[] }>();
  for (const signature of entry.signatures) {
    const { description, examples } = signature;
    const key = JSON.stringify([description, examples]);
    const group = groups.get(key) ?? { calls: [], description, examples };
    const call = callOf(entry.name, signature);
    if (!group.calls.includes(call)) group.calls.push(call);
    groups.set(key, group);
  }
  return [...groups.values()];
}

function FunctionEntry({ entry }: { entry: FunctionInfo }) {
  return (
    <article>
      <h1>{entry.name}</h1>
      <p>
        {entry.kind}
        {entry.aliasOf ? `, another name of ${entry.aliasOf}` : ''}
        {entry.categories.length > 0 ? ` · ${entry.categories.join(', ')}` : ''}
      </p>
      {describedAlike(entry).map(({ calls, description, examples }) => (
        <section key={calls[0]}>
          {calls.map((call) => (
            <pre key={call}>{call}</pre>
          ))}
          {description ? <p>{description}</p> : null}
          {examples.map((example) => (
            <pre key={example} className="example">
              {example}
            </pre>
          ))}
        </section>
      ))}
    </article>
  );
}
