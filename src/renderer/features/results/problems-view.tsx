import type { Diagnostic } from '../../../shared/language';
import { useApp } from '../../app/app-store';
import { runCommand } from '../../app/commands/registry';
import { EmptyState } from '../../ui/empty-state';
import { Icon } from '../../ui/icon';

const NONE: Diagnostic[] = [];

/** What the check found wrong in the text as it was typed; a click goes there. */
export function ProblemsView({ sessionKey }: { sessionKey: string }) {
  const problems = useApp((state) => state.problems[sessionKey]) ?? NONE;
  if (problems.length === 0) {
    return <EmptyState title="No problems">The text is checked as you type, without running it.</EmptyState>;
  }
  return (
    <ul className="problems">
      {problems.map((problem) => (
        <li key={`${problem.start}:${problem.error.message}`}>
          <button
            type="button"
            onClick={() =>
              void runCommand('worksheet.reveal', {
                ...problem.error,
                at: { offset: problem.start, length: problem.end - problem.start },
              })
            }
          >
            <Icon name={problem.severity === 'error' ? 'error' : 'warning'} size={12} />
            <span>{problem.error.message}</span>
            {problem.error.at?.line === undefined ? null : (
              <span className="place numbers">
                {problem.error.at.line}:{problem.error.at.column ?? 1}
              </span>
            )}
          </button>
        </li>
      ))}
    </ul>
  );
}
