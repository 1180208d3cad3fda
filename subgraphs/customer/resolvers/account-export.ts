/** `AccountExport`: the caller's own, whatever a request names. */
import { callerOf } from '../../../platform/identity/identity.js';
import { readExport } from '../../../platform/kit/personal-export.js';
import type { AccountExportResolvers } from '../../../schema/types/customer.js';
import { EXPORTED } from '../store/exported.js';

export const AccountExport: AccountExportResolvers = {
  __resolveReference: (_reference, { identity }) => ({ id: callerOf(identity), madeAt: new Date() }),
  accountRecords: (_parent, page, { ownDatabase, identity }) =>
    readExport(ownDatabase.pool, EXPORTED, callerOf(identity), page),
};
