import { useCallback, useEffect, useState } from 'react';
import type { ErrorShape } from '../../../shared/errors';
import type { LakeTablePage, MaintenanceReport, MaintenanceStep } from '../../../shared/lake';
import { api, callError } from '../../api/client';
import { tried } from '../../api/tried';
import { closeTab } from '../../app/workbench/workbench-store';
import { Button } from '../../ui/button';
import { ErrorBox } from '../../ui/error-box';
import { formatBytes, formatCount } from '../../ui/format';
import { showMessage } from '../../ui/toaster';

const STEPS: { step: MaintenanceStep; title: string; whole: boolean }[] = [
  { step: 'flush', title: 'Flush small writes', whole: false },
  { step: 'rewrite', title: 'Rewrite files with deleted rows', whole: false },
  { step: 'merge', title: 'Merge small files', whole: false },
  { step: 'expire', title: 'Expire old snapshots', whole: true },
  { step: 'clean', title: 'Delete files of expired snapshots', whole: true },
  { step: 'orphans', title: 'Delete files that no snapshot knows', whole: true },
];
const DAYS = [1, 7, 30, 90, 365];
const DAY_MILLISECONDS = 86_400_000;

/** What can be tidied up, and what each step would free before it runs. */
export function TableUpkeep({ page }: { page: LakeTablePage }) {
  const [days, setDays] = useState(30);
  const [reports, setReports] = useState<Partial<Record<MaintenanceStep, MaintenanceReport>>>({});
  const [running, setRunning] = useState<MaintenanceStep>();
  const [error, setError] = useState<ErrorShape>();
  const { schema, name } = page;
  const input = useCallback(
    (step: MaintenanceStep, whole: boolean) => ({
      step,
      ...(whole ? {} : { table: { schema, name } }),
      ...(step === 'expire' ? { olderThan: new Date(Date.now() - days * DAY_MILLISECONDS).toISOString() } : {}),
    }),
    [schema, name, days],
  );
  const look = useCallback(async () => {
    try {
      for (const { step, whole } of STEPS) {
        const report = await api.lake.planMaintenance.query(input(step, whole));
        setReports((now) => ({ ...now, [step]: report }));
      }
    } catch (failure) {
      setError(callError(failure));
    }
  }, [input]);
  useEffect(() => void look(), [look]);

  const run = async (step: MaintenanceStep, whole: boolean) => {
    setRunning(step);
    setError(undefined);
    try {
      const done = await api.lake.maintain.mutate(input(step, whole));
      showMessage(done.text);
      await look();
    } catch (failure) {
      setError(callError(failure));
    } finally {
      setRunning(undefined);
    }
  };
  return (
    <div className="lake-section">
      {error ? <ErrorBox error={error} /> : null}
      <table className="lake-list">
        <thead>
          <tr>
            <th>Step</th>
            <th>What it would do</th>
            <th className="number">Frees</th>
            <th aria-label="Actions" />
          </tr>
        </thead>
        <tbody>
          {STEPS.map(({ step, title, whole }) => (
            <tr key={step}>
              <td className="nowrap">
                {title} {whole ? <span className="chip">whole lake</span> : null}
                {step === 'expire' ? (
                  <select
                    className="select"
                    aria-label="Older than"
                    value={days}
                    onChange={(event) => setDays(Number(event.target.value))}
                  >
                    {DAYS.map((one) => (
                      <option key={one} value={one}>
                        older than {one} {one === 1 ? 'day' : 'days'}
                      </option>
                    ))}
                  </select>
                ) : null}
              </td>
              <td>{reports[step]?.text ?? <span className="note">Looking…</span>}</td>
              <td className="number">{reports[step]?.bytes ? formatBytes(reports[step].bytes) : ''}</td>
              <td className="lake-row-buttons">
                <Button
                  disabled={running !== undefined || !reports[step]?.count}
                  onClick={() => tried(run(step, whole))}
                >
                  {running === step ? 'Running…' : 'Run'}
                </Button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <DropTable page={page} />
    </div>
  );
}

/** Rows and size stand in the button's own words, as they are what goes. */
function DropTable({ page }: { page: LakeTablePage }) {
  const [asked, setAsked] = useState(false);
  const name = `${page.schema}.${page.name}`;
  const drop = async () => {
    await api.lake.change.mutate({ table: { schema: page.schema, name: page.name }, change: { change: 'drop' } });
    showMessage(`${name} was dropped. Until its snapshots expire \`millrace lake restore ${name}\` brings it back.`);
    closeTab(`lake-table:${name}`);
  };
  return (
    <div className="lake-line drop">
      {asked ? (
        <>
          <span>
            {name} has {formatCount(page.rows)} rows, {formatBytes(page.bytes)}.
          </span>
          <Button look="danger" icon="trash" onClick={() => tried(drop())}>
            Drop {formatCount(page.rows)} rows
          </Button>
          <Button look="quiet" onClick={() => setAsked(false)}>
            Keep it
          </Button>
        </>
      ) : (
        <Button look="quiet" icon="trash" onClick={() => setAsked(true)}>
          Drop the table…
        </Button>
      )}
    </div>
  );
}
