import { Button } from '../../ui/button';
import { EmptyState } from '../../ui/empty-state';
import { runCommand, shownKeys } from '../commands/registry';

/** Shown where no tab is open. */
export function Welcome() {
  return (
    <EmptyState
      title="Nothing is open"
      actions={
        <>
          <Button
            look="primary"
            icon="plus"
            keys={shownKeys('worksheet.new')}
            onClick={() => void runCommand('worksheet.new')}
          >
            New worksheet
          </Button>
          <Button icon="search" keys={shownKeys('go.anything')} onClick={() => void runCommand('go.anything')}>
            Go to table or file
          </Button>
          <Button icon="help" onClick={() => void runCommand('help.tour')}>
            Take the tour
          </Button>
        </>
      }
    >
      Open a file or a worksheet from the tree on the left, or start with an empty worksheet.
    </EmptyState>
  );
}
