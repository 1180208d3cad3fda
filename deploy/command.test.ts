/** What a person reads of arguments and files that a command cannot take. */
import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { readArguments, reasonOf } from './command.js';

it('names an unknown option without advice that is not for npm', () => {
  const argv = process.argv;
  process.argv = ['node', 'import.js', '--dryrun'];
  try {
    expect(() => readArguments({ 'dry-run': { type: 'boolean' } }, 'HELP')).toThrow(
      /^Unknown option '--dryrun'\n\nHELP$/,
    );
  } finally {
    process.argv = argv;
  }
});

it('says of a file why it cannot be read, and its path once', async () => {
  const error: unknown = await readFile('/no/such.csv').catch((reason: unknown) => reason);
  expect(reasonOf(error)).toBe('no such file or directory');
});
