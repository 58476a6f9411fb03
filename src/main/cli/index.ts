import { runProgram } from './program';
import { flushed } from './standard-output';

// A native engine may keep handles open for a moment; what was written must leave first, then the process may go.
process.exitCode = await runProgram(process.argv);
await flushed(process.stdout);
await flushed(process.stderr);
process.exit();
