import type { TestStep } from '../../../shared/connections';
import { api } from '../../api/client';
import { tried } from '../../api/tried';
import { Button } from '../../ui/button';
import { ErrorBox } from '../../ui/error-box';
import { formatDuration } from '../../ui/format';
import { Icon } from '../../ui/icon';
import type { ConnectionTest } from './connection-test';

const TITLES: Record<TestStep['step'], string> = {
  name: 'Name',
  route: 'Route',
  tls: 'TLS',
  login: 'Login',
  right: 'Rights',
};

/** What each step of a test saw, and for the one that failed what to do. */
export function TestView({ test, name }: { test: ConnectionTest; name: string | undefined }) {
  if (test.steps.length === 0 && !test.running && !test.error) return null;
  return (
    <section className="connection-test" aria-label="Test" aria-live="polite">
      <ol>
        {test.steps.map((step) => (
          <li key={step.step} className={step.state}>
            <Icon name={step.state === 'ok' ? 'tick' : step.state === 'failed' ? 'error' : 'more'} size={12} />
            <b>{TITLES[step.step]}</b>
            <span>{step.message}</span>
            <time>{step.state === 'skipped' ? '' : formatDuration(step.milliseconds)}</time>
          </li>
        ))}
        {test.running ? <li className="running">Trying…</li> : null}
      </ol>
      {test.steps.map((step) => (step.error ? <TestError key={step.step} error={step.error} name={name} /> : null))}
      {test.error ? <TestError error={test.error} name={name} /> : null}
      {test.done && test.steps.every((step) => step.state !== 'failed') ? <p className="fine">It works.</p> : null}
    </section>
  );
}

function TestError({ error, name }: { error: NonNullable<ConnectionTest['error']>; name: string | undefined }) {
  return (
    <ErrorBox error={error}>
      {error.code === 'SECRET_HOST_CHANGED' && name !== undefined ? (
        <Button onClick={() => tried(api.connections.confirmHost.mutate({ name }))}>
          Use the secret for this host
        </Button>
      ) : null}
    </ErrorBox>
  );
}
