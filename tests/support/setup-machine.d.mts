/** A part of the machine: where it is and where it came from, or why it is not to be had. */
export interface MachinePart {
  path?: string;
  from?: string;
  missing?: string;
}

export declare const CACHE: string;

export declare function setUpMachine(
  say: (line: string) => void,
): Promise<{ chromium: MachinePart; display: MachinePart; electron: MachinePart }>;
