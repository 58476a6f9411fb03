/**
 * Runs at the end of `npm ci` in a checkout: builds, so that bin/millrace works at once. Where development packages
 * were left out (`--omit=dev`) there is nothing to build with, and what is built already stays.
 * MILLRACE_SKIP_BUILD=1 leaves it out.
 */
import { build } from './build.mjs';

if (!process.env.MILLRACE_SKIP_BUILD) process.exitCode = build() ?? 0;
