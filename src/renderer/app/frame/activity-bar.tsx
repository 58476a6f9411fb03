import { Icon } from '../../ui/icon';
import { runCommand } from '../commands/registry';
import { useWorkbench } from '../workbench/workbench-store';
import { sideViews } from './side-views';

export function ActivityBar() {
  const { sideView, sideOpen, toggleSide } = useWorkbench();
  return (
    <nav className="activity-bar" aria-label="Views">
      {sideViews().map((view) => (
        <button
          key={view.id}
          type="button"
          title={view.title}
          aria-label={view.title}
          aria-pressed={sideOpen && sideView === view.id}
          onClick={() => toggleSide(view.id)}
        >
          <Icon name={view.icon} size={16} />
        </button>
      ))}
      <span className="gap" />
      <button type="button" title="Settings" aria-label="Settings" onClick={() => void runCommand('settings.open')}>
        <Icon name="cog" size={16} />
      </button>
    </nav>
  );
}
