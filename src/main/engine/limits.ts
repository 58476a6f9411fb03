import os from 'node:os';
import { MillraceError } from '../../shared/errors';

/** The `engine:` part of millrace.yaml: sizes as `4GB`, `512MiB` or `50%` of the machine's memory. */
export interface EngineLimits {
  memory?: string;
  threads?: number;
  temporary?: string;
  /** The most that kept results may take on disk; default: what the disk has. */
  results?: string;
}

const UNITS: Record<string, number> = {
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
  tib: 2 ** 40,
};

const DEFAULT_MEMORY_SHARE = 0.6;

/** The memory this process may use, in bytes: the container's where one is set, else the machine's. */
export function machineMemory(): number {
  const constrained = process.constrainedMemory?.() ?? 0;
  const total = os.totalmem();
  return constrained > 0 && constrained < total ? constrained : total;
}

/** Bytes of a size as millrace.yaml spells it. Throws PROJECT_INVALID naming the setting where it is none. */
export function parseSize(text: string, setting: string): number {
  const match = /^\s*(\d+(?:\.\d+)?)\s*(%|[kmgt]i?b|b)\s*$/i.exec(text);
  const amount = Number(match?.[1]);
  if (!match?.[2] || !(amount > 0)) {
    throw new MillraceError({
      code: 'PROJECT_INVALID',
      message: `"${text}" is not a size for \`engine: ${setting}:\` in millrace.yaml.`,
      hint: 'Write it like 4GB, 512MiB or 50%.',
    });
  }
  if (match[2] === '%') return Math.floor((machineMemory() * amount) / 100);
  return Math.floor(amount * (UNITS[match[2].toLowerCase()] ?? 1));
}

/** The engine's memory limit in bytes. */
export function memoryLimit(limits: EngineLimits | undefined): number {
  return limits?.memory === undefined
    ? Math.floor(machineMemory() * DEFAULT_MEMORY_SHARE)
    : parseSize(limits.memory, 'memory');
}
