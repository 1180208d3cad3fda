/** Debian's `psql`, as a third party uses it. */
import { execFile } from 'node:child_process';
import { describe } from 'vitest';
import { describeNeeding } from '../../support/program.js';

/** Where it is lacking: a failure in CI, which installs it, and skipped elsewhere. */
export const describeWithPsql = process.env.CI === undefined ? describeNeeding('psql') : describe;

export interface Answer {
  /** Rows, a line each, columns separated by `|`. */
  readonly rows: readonly string[];
  /** Notices and errors. */
  readonly messages: string;
  readonly isRefused: boolean;
}

/** Each statement by itself, in one session that ends with the first refusal. */
export function psql(url: string, ...statements: readonly string[]): Promise<Answer> {
  return answerOf(url, ['--set=ON_ERROR_STOP=1'], statements);
}

/** Each statement by itself, in one session, refusals or not. */
export function psqlToTheEnd(url: string, ...statements: readonly string[]): Promise<Answer> {
  return answerOf(url, [], statements);
}

function answerOf(url: string, options: readonly string[], statements: readonly string[]): Promise<Answer> {
  const commands = statements.flatMap((statement) => ['-c', statement]);
  const parameters = [url, '--no-psqlrc', '--quiet', '--no-align', '--tuples-only', ...options, ...commands];
  return new Promise((resolve, reject) => {
    execFile('psql', parameters, { maxBuffer: 100_000_000 }, (error, stdout, stderr) => {
      if (error !== null && typeof error.code !== 'number') return reject(error);
      const rows = stdout.split('\n').filter((line) => line !== '');
      resolve({ rows, messages: stderr, isRefused: error !== null });
    });
  });
}
