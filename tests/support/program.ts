/** Tests that need a program of the machine: skipped with a reason where it is lacking. */
import { describe } from 'vitest';
import { findProgram } from '../../deploy/local-fleet/program.js';

/** `describe`, for what needs a program (under any of its names): skipped, naming what it lacks, where there is none. */
export function describeNeeding(...names: string[]) {
  return (title: string, body: () => void): void => {
    if (findProgram(...names)) describe(title, body);
    else describe.skip(`${title} (needs ${names.join(' or ')}, which this machine lacks)`, body);
  };
}
