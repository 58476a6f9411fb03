import { IconButton } from '../../ui/button';
import { Icon } from '../../ui/icon';
import { useApp } from '../app-store';
import { runCommand, shownKeys } from '../commands/registry';

export function TitleBar() {
  const project = useApp((state) => state.project);
  const git = project?.git;
  return (
    <header className="title-bar">
      <div className="start">
        <button
          type="button"
          className="project"
          title={project?.folder}
          onClick={() => void runCommand('project.open')}
        >
          <Icon name="layers" size={16} />
          {project?.name ?? 'Millrace'}
        </button>
        {project && !project.trusted ? (
          <span className="chip warn">
            <Icon name="shield" size={11} />
            restricted
          </span>
        ) : null}
        {git ? (
          <span className="git numbers">
            {git.branch}
            {git.changed > 0 ? ` · ${git.changed} changed` : ''}
          </span>
        ) : null}
      </div>
      <button type="button" className="find" onClick={() => void runCommand('go.anything')}>
        <Icon name="search" size={12} />
        <span className="label">Search tables, files and commands</span>
        <kbd>{shownKeys('palette.open')}</kbd>
      </button>
      <div className="end">
        <IconButton icon="help" label="Help" onClick={() => void runCommand('help.open')} />
      </div>
    </header>
  );
}
