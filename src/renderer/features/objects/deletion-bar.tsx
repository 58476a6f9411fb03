import { useState } from 'react';
import type { ErrorShape } from '../../../shared/errors';
import type { DeletionPlan } from '../../../shared/objects';
import { api, callError } from '../../api/client';
import { Button } from '../../ui/button';
import { ErrorBox } from '../../ui/error-box';
import { formatBytes, formatCount } from '../../ui/format';
import { TextField } from '../../ui/text-field';

interface DeletionBarProps {
  plan: DeletionPlan;
  onClose(): void;
  onRemoved(): void;
}

/** More than this many objects are deleted only after their count was typed. */
const TYPED_ABOVE = 100;

/** What a deletion would take, before it does: deleted objects do not come back. */
export function DeletionBar({ plan, onClose, onRemoved }: DeletionBarProps) {
  const [typed, setTyped] = useState('');
  const [working, setWorking] = useState(false);
  const [error, setError] = useState<ErrorShape>();
  const needsWord = plan.count > TYPED_ABOVE;
  const mayDelete =
    !working && plan.count > 0 && (!needsWord || typed.replaceAll(/[\s,.]/g, '') === String(plan.count));
  const remove = async () => {
    setWorking(true);
    try {
      const { removed, failed } = await api.objects.remove.mutate({ token: plan.token });
      onRemoved();
      const first = failed[0];
      if (!first) return onClose();
      const count = `${formatCount(removed)} deleted, ${formatCount(failed.length)} not: `;
      setError({ ...first.error, message: count + first.error.message });
    } catch (failure) {
      setError(callError(failure));
    }
    setWorking(false);
  };
  return (
    <div className="deletion-bar" role="alertdialog" aria-label="Delete objects">
      <p>
        <strong>
          {formatCount(plan.count)} {plan.count === 1 ? 'object' : 'objects'}, {formatBytes(plan.bytes)}
        </strong>{' '}
        will be deleted: {plan.examples.join(', ')}
        {plan.count > plan.examples.length ? ' …' : ''}
      </p>
      <div className="actions">
        {needsWord ? (
          <TextField label={`Type ${plan.count} to go on`} value={typed} onChange={setTyped} width={180} />
        ) : null}
        <Button look="danger" icon="trash" disabled={!mayDelete} onClick={() => void remove()}>
          {working ? 'Deleting…' : 'Delete them'}
        </Button>
        <Button look="quiet" onClick={onClose}>
          Keep them
        </Button>
      </div>
      {error ? <ErrorBox error={error} /> : null}
    </div>
  );
}
