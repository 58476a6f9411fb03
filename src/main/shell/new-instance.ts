import { spawn } from 'node:child_process';
import path from 'node:path';
import { app } from 'electron';

/** Opens another project in a process of its own, so that neither can take the other down. */
export function openProjectInNewInstance(folder: string): void {
  const script = app.isPackaged ? [] : [path.resolve(process.argv[1] ?? '')];
  const switches = app.commandLine.hasSwitch('no-sandbox') ? ['--no-sandbox'] : [];
  const child = spawn(process.execPath, [...switches, ...script, folder], { detached: true, stdio: 'ignore' });
  child.on('error', (error) => console.error(`${folder} could not be opened: ${error.message}`));
  child.unref();
}
