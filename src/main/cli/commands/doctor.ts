import { arch } from 'node:os';
import { applicationVersion } from '../../project/version';
import { checkEngine } from '../doctor/engine-check';
import {
  checkBuild,
  checkDisplay,
  checkElectron,
  checkFolders,
  checkKeychain,
  checkMemory,
  checkNode,
  checkProxy,
} from '../doctor/machine-checks';
import { findElectron, listNativeFiles } from '../doctor/native-files';
import { type DoctorReport, reportText } from '../doctor/report';
import { EXIT } from '../exit-code';
import { packageRoot } from '../package-root';

/** `millrace doctor`: prints what was found; exit code 1 only where something essential is broken. */
export async function doctorCommand(options: { json?: boolean }): Promise<number> {
  const report = await examine();
  process.stdout.write(options.json ? `${JSON.stringify(report, null, 2)}\n` : reportText(report));
  return report.ok ? EXIT.done : EXIT.failed;
}

async function examine(): Promise<DoctorReport> {
  const root = packageRoot();
  const checks = [
    checkNode(),
    ...(await checkEngine()),
    checkBuild(root),
    checkElectron(root),
    checkDisplay(),
    await checkKeychain(),
    await checkMemory(),
    checkProxy(),
    ...(await checkFolders()),
  ];
  return {
    version: applicationVersion(),
    platform: `${process.platform}-${arch()}`,
    node: process.versions.node,
    ok: !checks.some((check) => check.essential && check.state === 'failed'),
    checks,
    nativeFiles: await listNativeFiles(root, findElectron(root).binary),
  };
}
