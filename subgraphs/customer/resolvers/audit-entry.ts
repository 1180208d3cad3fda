/** `AuditEntry`. People are named when an entry is read. */
import type { AuditEntryResolvers } from '../../../schema/types/customer.js';

export const AuditEntry: AuditEntryResolvers = {
  actor: ({ actorId }, _args, { loaders }) => loaders.customer.load(actorId),
  entity: ({ entityId }) => entityId,
  outlet: ({ outletId }) => (outletId === null ? null : { id: outletId }),
};
