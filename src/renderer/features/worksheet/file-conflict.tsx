import { useTheme } from '../../app/theme';
import { TextDiff } from '../../editor/text-diff';
import { Button } from '../../ui/button';
import { Icon } from '../../ui/icon';
import { resolveConflict } from './worksheet-files';
import type { Worksheet } from './worksheet-store';

/** Both versions side by side where a file changed outside while the editor held changes of its own. */
export function FileConflictView({ sheet }: { sheet: Worksheet }) {
  const theme = useTheme();
  if (!sheet.conflict) return null;
  return (
    <div className="file-conflict">
      <div className="notice-bar" role="alert">
        <Icon name="warning" />
        <p>
          <b>{sheet.path}</b> changed on disk while you had changes of your own. Left: the file. Right: yours.
        </p>
        <Button onClick={() => resolveConflict(sheet.key, 'disk')}>Take the file's</Button>
        <Button onClick={() => resolveConflict(sheet.key, 'mine')}>Keep mine</Button>
      </div>
      <div className="editor-box">
        <TextDiff
          original={sheet.conflict.diskText}
          modified={sheet.text}
          labels={['On disk', 'Yours']}
          theme={theme}
        />
      </div>
    </div>
  );
}
