/** `Outlet` and `Franchise`: finding them, and adding to the chain. */
import { z } from 'zod';
import { notFound, payloadOf } from '../../../platform/errors.js';
import { scopeFor } from '../../../platform/identity/identity.js';
import { parseInput } from '../../../platform/input.js';
import { pageOf } from '../../../platform/paging.js';
import type {
  FranchiseResolvers,
  MutationResolvers,
  OutletResolvers,
  QueryResolvers,
} from '../../../schema/types/menu.js';
import { isTimeZone } from '../domain/calendar.js';
import * as store from '../store/outlets.js';
import { requireIdCursor } from './paging.js';
import { textSchema } from './text-input.js';

const franchiseSchema = z.object({ name: textSchema(100) });

const outletSchema = z.object({
  franchiseId: z.string(),
  name: textSchema(100),
  city: textSchema(100),
  address: textSchema(300),
  phone: z
    .string()
    .transform((phone) => phone.replaceAll(/[\s().-]/g, ''))
    .pipe(
      z
        .string()
        .regex(/^\+[1-9]\d{6,14}$/, 'A phone number is in international format, such as +62215550100'),
    ),
  timeZone: z.string().refine(isTimeZone, 'A time zone has an IANA name, such as Asia/Jakarta'),
});

export const outlets: NonNullable<QueryResolvers['outlets']> = (_parent, { city, ...page }, { database }) =>
  store.readOutletPage(database, city?.replaceAll('\0', '') ?? null, requireIdCursor(pageOf(page)));

export const outlet: NonNullable<QueryResolvers['outlet']> = async (_parent, { id }, { loaders }) => {
  const row = await loaders.outlet.load(id);
  if (row === null) throw notFound('Outlet');
  return row;
};

export const createFranchise: NonNullable<MutationResolvers['createFranchise']> = (
  _parent,
  { input },
  { database, cause },
) =>
  payloadOf(async () => ({
    franchise: await store.createFranchise(database, cause, parseInput(franchiseSchema, input).name),
  }));

export const createOutlet: NonNullable<MutationResolvers['createOutlet']> = (
  _parent,
  { input },
  { database, cause, identity },
) =>
  payloadOf(async () => ({
    outlet: await store.createOutlet(
      database,
      cause,
      scopeFor(identity, 'outlets:manage'),
      parseInput(outletSchema, input),
    ),
  }));

export const Outlet: OutletResolvers = {
  __resolveReference: ({ id }, { loaders }) => loaders.outlet.load(id),
  franchise: async ({ franchiseId }, _args, { loaders }) => {
    const franchise = await loaders.franchise.load(franchiseId);
    if (franchise === null) throw notFound('Franchise');
    return franchise;
  },
};

export const Franchise: FranchiseResolvers = {
  __resolveReference: ({ id }, { loaders }) => loaders.franchise.load(id),
  outlets: ({ id }, page, { loaders }) =>
    loaders.franchisePage.load({ franchiseId: id, page: requireIdCursor(pageOf(page)) }),
};
