import { expect, it } from 'vitest';
import type { Scope } from '../identity/identity.js';
import { type RequestedPlace, requirePlace } from './requested-place.js';

/** Ids too old to be waited for. */
const id = (last: string) => `01890a5d-ac96-774b-bcce-b302099a80${last}`;
const [OUTLET, SISTER, FOREIGN, UNKNOWN] = [id('01'), id('02'), id('03'), id('04')];
const [FRANCHISE, OTHER] = [id('11'), id('12')];
const FRANCHISES = new Map([
  [OUTLET, FRANCHISE],
  [SISTER, FRANCHISE],
  [FOREIGN, OTHER],
]);
const PLACES = {
  franchiseOf: async (outletId: string) => FRANCHISES.get(outletId) ?? null,
  hasFranchise: async (franchiseId: string) => [FRANCHISE, OTHER].includes(franchiseId),
};

const NOBODY: Scope = { customerId: null, everywhere: false, franchiseIds: [], outletIds: [] };
const MANAGER: Scope = { ...NOBODY, outletIds: [OUTLET] };
const OWNER: Scope = { ...NOBODY, franchiseIds: [FRANCHISE] };
const CHAIN: Scope = { ...NOBODY, everywhere: true };

const at = (outletId: string | null, franchiseId: string | null = null): RequestedPlace => ({
  outletId,
  franchiseId,
});

it.each([
  ['a manager, of their outlet', MANAGER, at(OUTLET)],
  ['a manager, of everything they may see', MANAGER, at(null)],
  ['an owner, of an outlet of the franchise', OWNER, at(SISTER)],
  ['an owner, of an outlet and its franchise', OWNER, at(SISTER, FRANCHISE)],
  ['an owner, of the franchise', OWNER, at(null, FRANCHISE)],
  ['head office, of any franchise', CHAIN, at(null, OTHER)],
])('accepts %s', async (_who, scope, place) => {
  await expect(requirePlace(scope, place, PLACES)).resolves.toBeUndefined();
});

it.each([
  ['another outlet', MANAGER, at(SISTER)],
  ['the franchise of a manager', MANAGER, at(null, FRANCHISE)],
  ['an outlet of another franchise', OWNER, at(FOREIGN)],
  ['an outlet with a franchise that is not its own', CHAIN, at(OUTLET, OTHER)],
  ['another franchise', OWNER, at(null, OTHER)],
  ['an outlet that does not exist', CHAIN, at(UNKNOWN)],
  ['a franchise that does not exist', CHAIN, at(null, UNKNOWN)],
  ['what cannot be an id', CHAIN, at('nowhere')],
])('does not find %s', async (_what, scope, place) => {
  await expect(requirePlace(scope, place, PLACES)).rejects.toMatchObject({
    extensions: { code: 'NOT_FOUND' },
  });
});
