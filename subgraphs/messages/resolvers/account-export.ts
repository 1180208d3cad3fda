/** `AccountExport`: the caller's own, whatever a request names. */
import { callerOf } from '../../../platform/identity/identity.js';
import { readExport } from '../../../platform/kit/personal-export.js';
import type { AccountExportResolvers } from '../../../schema/types/messages.js';
import { EXPORTED } from '../store/exported.js';

export const AccountExport: AccountExportResolvers = {
  __resolveReference: (_reference, { identity }) => ({ id: callerOf(identity) }),
  mailRecords: (_parent, page, { ownDatabase, identity }) =>
    readExport(ownDatabase.pool, EXPORTED, callerOf(identity), page),
};
