/** One thing that `doctor` looked at. `essential` failures make the command fail. */
export interface Check {
  name: string;
  state: 'ok' | 'warning' | 'failed';
  essential: boolean;
  /** What was found, on one line. */
  detail: string;
  /** What to do about it; absent where nothing is to be done. */
  mend?: string;
}

/** A file of machine code that this installation runs or can run. */
export interface NativeFile {
  file: string;
  bytes: number;
  /** The npm package it came in. */
  package: string;
  version: string;
  license: string;
  sha256: string;
}

export interface DoctorReport {
  version: string;
  platform: string;
  node: string;
  ok: boolean;
  checks: Check[];
  nativeFiles: NativeFile[];
}

const MARKS = { ok: 'ok  ', warning: 'warn', failed: 'FAIL' } as const;

/** The report for the eye. */
export function reportText(report: DoctorReport): string {
  const width = Math.max(...report.checks.map((check) => check.name.length));
  const checks = report.checks.flatMap((check) => {
    const line = `${MARKS[check.state]}  ${check.name.padEnd(width)}  ${check.detail}`;
    return check.mend ? [line, `      ${' '.repeat(width)}  → ${check.mend}`] : [line];
  });
  const files = report.nativeFiles.flatMap((native) => [
    native.file,
    `    ${native.package}@${native.version}  ${native.license}  ${native.bytes.toLocaleString('en-US')} bytes`,
    `    sha256 ${native.sha256}`,
  ]);
  const heading = `Millrace ${report.version}, Node ${report.node}, ${report.platform}`;
  const closing = report.ok ? 'Nothing essential is broken.' : 'Something essential is broken; see FAIL above.';
  return [heading, '', ...checks, '', 'Native files', ...files, '', closing, ''].join('\n');
}
