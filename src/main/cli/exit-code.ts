/** What the command's exit code says. 130 is the shell's own code for a command that Ctrl+C ended. */
export const EXIT = { done: 0, failed: 1, misused: 2, cancelled: 130 } as const;
