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
        <ul>
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
      <div className="page">
        {shown ? <FunctionEntry entry={shown} /> : functions ? <p>Nothing matches “{filter}”.</p> : null}
      </div>
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

function FunctionEntry({ entry }: { entry: FunctionInfo }) {
  return (
    <article>
      <h1>{entry.name}</h1>
      <p>
        {entry.kind}
        {entry.aliasOf ? `, another name of ${entry.aliasOf}` : ''}
        {entry.categories.length > 0 ? ` · ${entry.categories.join(', ')}` : ''}
      </p>
      {entry.signatures.map((signature, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: overloads have no names and keep their order
        <section key={index}>
          <pre>
            {entry.name}(
            {signature.parameters.map((name, at) => [name, signature.types[at]].filter(Boolean).join(' ')).join(', ')})
            {signature.returns ? ` → ${signature.returns}` : ''}
          </pre>
          {signature.description ? <p>{signature.description}</p> : null}
          {signature.examples.map((example) => (
            <pre key={example} className="example">
              {example}
            </pre>
          ))}
        </section>
      ))}
    </article>
  );
}
