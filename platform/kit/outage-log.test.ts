import { expect, it } from 'vitest';
import { outageLog } from './outage-log.js';

it('an outage is logged once when it begins, and once with its failures when it is over', () => {
  const lines: unknown[] = [];
  const log = { warn: (details: object, message: string) => lines.push({ ...details, message }) };
  const outage = outageLog(log, 'turns fail, and are tried again', { loop: 'test' });
  outage.succeeded();
  expect(outage.isOpen()).toBe(false);
  for (const error of [new Error('away'), new Error('still away'), 'gone']) outage.failed(error);
  expect(outage.isOpen()).toBe(true);
  outage.succeeded();
  expect(outage.isOpen()).toBe(false);
  outage.succeeded();
  outage.failed(new Error('away again'));
  expect(lines).toEqual([
    { loop: 'test', error: 'away', message: 'turns fail, and are tried again' },
    { loop: 'test', failures: 3, message: 'over: turns fail, and are tried again' },
    { loop: 'test', error: 'away again', message: 'turns fail, and are tried again' },
  ]);
});
