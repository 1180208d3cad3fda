import { expect, test } from 'vitest';
import { UserFault } from '../../../platform/errors.js';
import { mayGrant, mayHire, namedRole } from './roles.js';

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

test('an owner grants roles at outlets alone, a manager that of baristas', () => {
  const granted = (scope: { everywhere: boolean; franchiseIds: string[] }) =>
    (['BARISTA', 'MANAGER', 'OWNER', 'HQ'] as const).filter((role) => mayGrant(scope, role));
  expect(granted({ everywhere: false, franchiseIds: [] })).toEqual(['BARISTA']);
  expect(granted({ everywhere: false, franchiseIds: ['f'] })).toEqual(['BARISTA', 'MANAGER']);
  expect(granted({ everywhere: true, franchiseIds: [] })).toEqual(['BARISTA', 'MANAGER', 'OWNER', 'HQ']);
});

test('who manages one outlet and owns others hires managers at those alone', () => {
  const scope = { customerId: 'c', everywhere: false, franchiseIds: ['f'], outletIds: ['o'] };
  expect(mayHire(scope, 'MANAGER', { outletId: 'p', franchiseId: 'f' })).toBe(true);
  expect(mayHire(scope, 'BARISTA', { outletId: 'o', franchiseId: 'g' })).toBe(true);
  expect(mayHire(scope, 'MANAGER', { outletId: 'o', franchiseId: 'g' })).toBe(false);
  expect(mayHire(scope, 'BARISTA', { outletId: 'p', franchiseId: 'g' })).toBe(false);
  expect(mayHire(scope, 'OWNER', { outletId: null, franchiseId: 'f' })).toBe(false);
});
