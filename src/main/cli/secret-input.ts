import { createInterface } from 'node:readline';
import { CancelledError, MillraceError } from '../../shared/errors';

/**
 * Asks for secrets one after another: on a terminal with a prompt and no echo, else one line each from standard input.
 * Never from arguments, which other users of the machine can see. Throws SECRET_MISSING where a line is missing.
 */
export async function readSecrets(labels: Record<string, string>): Promise<Record<string, string>> {
  const keys = Object.keys(labels);
  const secrets: Record<string, string> = {};
  if (keys.length === 0) return secrets;
  const lines = process.stdin.isTTY ? undefined : await standardInputLines();
  for (const [index, key] of keys.entries()) {
    const secret = lines ? lines[index] : await ask(`${labels[key]}: `);
    if (!secret) {
      throw new MillraceError({
        code: 'SECRET_MISSING',
        message: `No ${labels[key]} was given.`,
        hint: 'Give one line on standard input for each --secret, in their order.',
      });
    }
    secrets[key] = secret;
  }
  return secrets;
}

async function standardInputLines(): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of createInterface({ input: process.stdin })) lines.push(line);
  return lines;
}

/** Reads a line in raw mode, so that nothing of it is shown. */
function ask(prompt: string): Promise<string> {
  const { stdin, stderr } = process;
  stderr.write(prompt);
  stdin.setRawMode(true);
  stdin.setEncoding('utf8');
  stdin.resume();
  return new Promise<string>((resolve, reject) => {
    let text = '';
    const take = (piece: string) => {
      for (const character of piece) {
        if (character === '\r' || character === '\n') return end(() => resolve(text));
        if (character === '\u0003' || character === '\u0004') return end(() => reject(new CancelledError()));
        text = character === '\u007f' ? [...text].slice(0, -1).join('') : text + character;
      }
    };
    const end = (settle: () => void) => {
      stdin.off('data', take);
      stdin.setRawMode(false);
      stdin.pause();
      stderr.write('\n');
      settle();
    };
    stdin.on('data', take);
  });
}
