import type { TabInput } from '../../app/workbench/tab';
import { changeTab } from '../../app/workbench/workbench-store';
import { openMenuBelow } from '../../ui/context-menu';
import { Icon } from '../../ui/icon';
import { useConnections } from '../connections/connections-store';

/** Where the statements of a worksheet run: in the engine, or by themselves on a PostgreSQL server. */
export function RunsOn({ input }: { input: TabInput }) {
  const servers = useConnections((state) => state.connections).filter(
    (connection) => connection.type === 'postgres' && connection.problem === undefined,
  );
  const chosen = input.data?.runsOn as string | undefined;
  const server = servers.find((one) => one.name === chosen);
  if (servers.length === 0 && chosen === undefined) return null;
  const choose = (name: string | undefined) => {
    const { runsOn: _, ...data } = input.data ?? {};
    changeTab(input.key, { title: input.title, data: name === undefined ? data : { ...data, runsOn: name } });
  };
  const tone = server?.environment === 'prod' ? ' prod' : server?.environment === 'test' ? ' test' : '';
  return (
    <button
      type="button"
      className={`runs-on${tone}`}
      aria-haspopup="menu"
      title="Where the statements of this worksheet run"
      onClick={(event) =>
        openMenuBelow(
          [
            {
              label: 'DuckDB: files, lake and every connection',
              checked: chosen === undefined,
              run: () => choose(undefined),
            },
            ...servers.map((one) => ({
              label: `${one.name}: on the server itself`,
              checked: one.name === chosen,
              run: () => choose(one.name),
            })),
          ],
          event.currentTarget,
        )
      }
    >
      <span>runs on</span> {chosen ?? 'DuckDB'}
      {server && server.environment !== 'dev' ? ` · ${server.environment}` : ''}
      <Icon name="chevron-down" size={12} />
    </button>
  );
}
