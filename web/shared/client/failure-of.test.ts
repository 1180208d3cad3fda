import { CombinedError } from 'urql';
import { expect, it } from 'vitest';
import { failureOf } from './failure-of.js';

const UNREACHABLE = 'Kedai cannot be reached.';

it('a refusal is shown as the server says it, and never as a network that fails', () => {
  const refusals = [{ message: 'Consent names the text that was shown.' }, { message: 'another' }];
  expect(failureOf(refusals, undefined, UNREACHABLE)).toBe('Consent names the text that was shown.');
  const error = new CombinedError({ graphQLErrors: ['Sign in.'] });
  expect(failureOf(undefined, error, UNREACHABLE)).toBe('Sign in.');
});

it('what was never answered is shown as out of reach', () => {
  const error = new CombinedError({ networkError: new Error('fetch failed') });
  expect(failureOf(undefined, error, UNREACHABLE)).toBe(UNREACHABLE);
});
