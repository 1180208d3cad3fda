import { expect, test } from 'vitest';
import { tenantOf } from './promotion.js';

test.each([
  ['the outlet, of one outlet', ['a1'], { franchiseId: 'a', outletId: 'a1' }],
  ['the franchise, of several of its outlets', ['a1', 'a2'], { franchiseId: 'a', outletId: null }],
  ['the chain, of outlets of several franchises', ['a1', 'b1'], { franchiseId: null, outletId: null }],
  ['the chain, of every outlet', [], { franchiseId: null, outletId: null }],
])("a promotion's tenant is %s", (_title, outletIds, tenant) => {
  expect(tenantOf(outletIds.map((outletId) => ({ outletId, franchiseId: outletId.charAt(0) })))).toEqual(
    tenant,
  );
});
