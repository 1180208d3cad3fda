/** `StaffMember` and `StaffInvitation`. People are named when they are read. */
import type { StaffInvitationResolvers, StaffMemberResolvers } from '../../../schema/types/customer.js';

export const StaffMember: StaffMemberResolvers = {
  customer: ({ customerId }, _args, { loaders }) => loaders.customer.load(customerId),
  name: async ({ customerId }, _args, { loaders }) => (await loaders.customer.load(customerId))?.name ?? null,
  outlet: ({ outletId }) => (outletId === null ? null : { id: outletId }),
};

export const StaffInvitation: StaffInvitationResolvers = {
  invitedBy: ({ invitedBy }, _args, { loaders }) => loaders.customer.load(invitedBy),
  outlet: ({ outletId }) => (outletId === null ? null : { id: outletId }),
};
