import { spawn } from 'node:child_process';
import { app } from 'electron';

/**
 * Opens another project in a process of its own, so that neither can take the other down.
 * @param script what the executable is given to run where the app is not packaged
 */
export function openProjectInNewInstance(folder: string, script: string[]): void {
  const switches = app.commandLine.hasSwitch('no-sandbox') ? ['--no-sandbox'] : [];
  const child = spawn(process.execPath, [...switches, ...script, folder], { detached: true, stdio: 'ignore' });
  child.on('error', (error) => console.error(`${folder} could not be opened: ${error.message}`));
  child.unref();
}
