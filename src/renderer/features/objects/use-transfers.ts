import { useEffect, useState } from 'react';
import type { Transfer } from '../../../shared/objects';
import { api } from '../../api/client';
import { onBackendEvent, onEventsMissed } from '../../api/events';
import { tried } from '../../api/tried';

/** The uploads and downloads of a connection, newest last; `onArrived` is called when an upload is done. */
export function useTransfers(connection: string, onArrived: () => void): Transfer[] {
  const [transfers, setTransfers] = useState<Transfer[]>([]);
  useEffect(() => {
    const load = () => tried(api.objects.transfers.query().then(setTransfers));
    load();
    const stopEvents = onBackendEvent((event) => {
      if (event.type !== 'transfer') return;
      const { transfer } = event;
      setTransfers((now) => {
        const at = now.findIndex((one) => one.id === transfer.id);
        return at < 0 ? [...now, transfer] : now.map((one) => (one.id === transfer.id ? transfer : one));
      });
    });
    const stopMissed = onEventsMissed(load);
    return () => {
      stopEvents();
      stopMissed();
    };
  }, []);
  useEffect(
    () =>
      onBackendEvent((event) => {
        if (event.type !== 'transfer' || event.transfer.connection !== connection) return;
        if (event.transfer.direction === 'upload' && event.transfer.state === 'done') onArrived();
      }),
    [connection, onArrived],
  );
  return transfers.filter((transfer) => transfer.connection === connection && transfer.state !== 'cancelled');
}
