import { expect, it } from 'vitest';
import { presentable } from './errors.js';

const production = { showFailures: false };
const development = { showFailures: true };

const machinery = {
  stackTrace: ['at /srv/app.js:1'],
  Exception: { class: 'java.sql.SQLException' },
  debugMessage: 'SQLSTATE[42P01]',
  debug_info: {},
  file: '/srv/app.php',
  line: 7,
  trace: [],
  originalError: {},
};

it('shows nothing of an unexpected failure but its code', () => {
  const extensions = { ...machinery, details: 'connect ECONNREFUSED 10.0.0.7', debug: {} };
  const failure = { message: 'relation "secrets" does not exist', path: ['a'], extensions };
  const hidden = {
    message: 'Internal server error',
    path: ['a'],
    extensions: { code: 'INTERNAL_SERVER_ERROR' },
  };
  expect(presentable(failure, production)).toEqual(hidden);
  expect(
    presentable({ ...failure, extensions: { ...extensions, code: 'INTERNAL_SERVER_ERROR' } }, production),
  ).toEqual(hidden);
});

it.each([production, development])('removes internal extensions, however they are spelt', (policy) => {
  const refused = { message: 'Not found', extensions: { code: 'NOT_FOUND', ...machinery, traceId: 'f00' } };
  expect(presentable(refused, policy).extensions).toEqual({ code: 'NOT_FOUND', traceId: 'f00' });
});

it('passes on a code of somebody else’s, and what belongs to it', () => {
  const theirs = { message: 'Sold out', extensions: { code: 'SOLD_OUT', left: 0 } };
  expect(presentable(theirs, production)).toEqual(theirs);
});

it('takes the suggestions of graphql-js away, in time that grows with the length of the message alone', () => {
  const messageOf = (message: string) =>
    presentable({ message, extensions: { code: 'BAD_USER_INPUT' } }, production).message;
  expect(messageOf('Cannot query field "x" on type "Query". Did you mean "y" or "z"?')).toBe(
    'Cannot query field "x" on type "Query".',
  );
  const unfinished = 'Did you mean '.repeat(20_000);
  expect(messageOf(unfinished)).toBe(unfinished);
  expect(messageOf(`No. ${unfinished}?`)).toBe('No.');
});
