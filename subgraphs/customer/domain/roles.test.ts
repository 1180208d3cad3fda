import { expect, test } from 'vitest';
import { UserFault } from '../../../platform/errors.js';
import { mayGrant, namedRole } from './roles.js';

test('a barista and a manager belong to an outlet, an owner to a franchise, head office to none', () => {
  expect(namedRole({ role: 'BARISTA', outletId: 'o' }).place).toEqual({ kind: 'outlet', outletId: 'o' });
  expect(namedRole({ role: 'MANAGER', outletId: 'o' }).place).toEqual({ kind: 'outlet', outletId: 'o' });
  expect(namedRole({ role: 'OWNER', franchiseId: 'f' }).place).toEqual({
    kind: 'franchise',
    franchiseId: 'f',
  });
  expect(namedRole({ role: 'HQ' }).place).toEqual({ kind: 'everywhere' });
});

test.each([
  { role: 'CUSTOMER' },
  { role: 'BARISTA' },
  { role: 'BARISTA', outletId: 'o', franchiseId: 'f' },
  { role: 'MANAGER', franchiseId: 'f' },
  { role: 'OWNER', outletId: 'o' },
  { role: 'OWNER' },
  { role: 'HQ', outletId: 'o' },
  { role: 'HQ', franchiseId: 'f' },
] as const)('%o is refused', (input) => {
  expect(() => namedRole(input)).toThrow(UserFault);
});

test('an owner grants roles at outlets alone', () => {
  expect(mayGrant({ everywhere: false }, 'BARISTA')).toBe(true);
  expect(mayGrant({ everywhere: false }, 'MANAGER')).toBe(true);
  expect(mayGrant({ everywhere: false }, 'OWNER')).toBe(false);
  expect(mayGrant({ everywhere: false }, 'HQ')).toBe(false);
  expect(mayGrant({ everywhere: true }, 'HQ')).toBe(true);
});
