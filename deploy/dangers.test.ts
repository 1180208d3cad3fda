import { expect, it } from 'vitest';
import { dangersOf } from './dangers.js';
import { readSettings } from './settings.js';

const dangers = (variables: NodeJS.ProcessEnv) => dangersOf(readSettings(variables)).join('\n');

it('a start in production says that the demo, the payment simulators or webhooks to private addresses were asked for', () => {
  const production = { NODE_ENV: 'production' };
  expect(dangers({ ...production, DEMO: 'on' })).toMatch(/^DEMO is on in production/);
  expect(dangers({ ...production, PAYMENT_SIMULATORS: 'on' })).toMatch(
    /^PAYMENT_SIMULATORS is on in production/,
  );
  expect(dangers({ ...production, WEBHOOKS_PRIVATE_ADDRESSES: 'on' })).toMatch(
    /^WEBHOOKS_PRIVATE_ADDRESSES is on in production/,
  );
  expect(dangers(production)).toBe('');
  expect(dangers({})).toBe('');
});
