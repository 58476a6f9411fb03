/** The user `nobody`, to whom no right is given beyond those of everyone. */
const NOBODY = 65_534;

/**
 * Runs `work` without the rights of root, which would read what nobody else may; as another user it just runs. The change
 * holds for the whole process, so nothing else may go on meanwhile.
 */
export async function withoutRoot<T>(work: () => Promise<T>): Promise<T> {
  if (process.getuid?.() !== 0 || !process.seteuid) return work();
  process.seteuid(NOBODY);
  try {
    return await work();
  } finally {
    process.seteuid(0);
  }
}
