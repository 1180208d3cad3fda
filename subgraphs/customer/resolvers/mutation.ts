/** `Mutation`. */
import { forbidden, payloadOf } from '../../../platform/errors.js';
import { callerOf } from '../../../platform/identity/identity.js';
import type { MutationResolvers } from '../../../schema/types/customer.js';
import { acceptInvitation } from '../operations/accept-invitation.js';
import { importStaff } from '../operations/bulk/import-staff.js';
import { changePassword } from '../operations/change-password.js';
import { grantRole, requireMayGrant, requireMayRevoke, revokeRole } from '../operations/change-role.js';
import { deleteAccount } from '../operations/delete-account.js';
import { endSession, signOutEverywhere } from '../operations/end-sessions.js';
import { inviteStaff, requireMayInvite, revokeInvitation } from '../operations/invite-staff.js';
import { markNotificationsRead } from '../operations/mark-notifications-read.js';
import { redeemReward } from '../operations/redeem-reward.js';
import { refreshSession } from '../operations/refresh-session.js';
import { renewBrowserSession } from '../operations/renew-browser-session.js';
import { requestPasswordReset } from '../operations/request-password-reset.js';
import { resetPassword } from '../operations/reset-password.js';
import { resetSecondFactor } from '../operations/reset-second-factor.js';
import { setAnalyticsConsent } from '../operations/set-analytics-consent.js';
import {
  beginSecondFactor,
  confirmSecondFactor,
  disableSecondFactor,
  renewRecoveryCodes,
} from '../operations/set-second-factor.js';
import { signIn } from '../operations/sign-in.js';
import { signOut } from '../operations/sign-out.js';
import { signUp } from '../operations/sign-up.js';
import { updateProfile } from '../operations/update-profile.js';
import { changeEmail, requestEmailVerification, verifyEmail } from '../operations/verify-email.js';
import { requireCustomer } from './customer.js';

export const Mutation: MutationResolvers = {
  signUp: (_parent, { input }, context) => payloadOf(async () => ({ session: await signUp(context, input) })),
  signIn: (_parent, { input }, context) => payloadOf(async () => ({ session: await signIn(context, input) })),
  refreshSession: (_parent, { input }, context) =>
    payloadOf(async () => ({ session: await refreshSession(context, input.refreshToken) })),
  renewBrowserSession: (_parent, { refreshToken }, context) => {
    if (context.identity.customerId !== null) throw forbidden();
    return renewBrowserSession(context, refreshToken);
  },
  signOut: (_parent, { input }, context) =>
    payloadOf(async () => {
      await signOut(context, input?.refreshToken ?? null);
      return { customer: await requireCustomer(context, callerOf(context.identity)) };
    }),
  verifyEmail: (_parent, { token }, context) =>
    payloadOf(async () => ({ email: await verifyEmail(context, token) })),
  requestEmailVerification: (_parent, _args, context) =>
    payloadOf(async () => {
      await requestEmailVerification(context);
      return { customer: await requireCustomer(context, callerOf(context.identity)) };
    }),
  changeEmail: (_parent, { input }, context) =>
    payloadOf(async () => {
      await changeEmail(context, input);
      return { customer: await requireCustomer(context, callerOf(context.identity)) };
    }),
  endSession: (_parent, { sessionId }, context) =>
    payloadOf(async () => {
      await endSession(context, sessionId);
      return { customer: await requireCustomer(context, callerOf(context.identity)) };
    }),
  signOutEverywhere: (_parent, _args, context) =>
    payloadOf(async () => {
      await signOutEverywhere(context);
      return { customer: await requireCustomer(context, callerOf(context.identity)) };
    }),
  updateProfile: (_parent, { input }, context) =>
    payloadOf(async () => {
      await updateProfile(context, input);
      return { customer: await requireCustomer(context, callerOf(context.identity)) };
    }),
  setAnalyticsConsent: (_parent, { input }, context) =>
    payloadOf(async () => {
      await setAnalyticsConsent(context, input);
      return { customer: await requireCustomer(context, callerOf(context.identity)) };
    }),
  deleteAccount: (_parent, { password }, context) =>
    payloadOf(async () => {
      await deleteAccount(context, password);
      return { customer: await requireCustomer(context, callerOf(context.identity)) };
    }),
  changePassword: (_parent, { input }, context) =>
    payloadOf(async () => {
      await changePassword(context, input);
      return { customer: await requireCustomer(context, callerOf(context.identity)) };
    }),
  requestPasswordReset: (_parent, { email }, context) =>
    payloadOf(async () => ({ email: await requestPasswordReset(context, email) })),
  resetPassword: (_parent, { input }, context) =>
    payloadOf(async () => ({ email: await resetPassword(context, input) })),
  beginSecondFactor: (_parent, { password }, context) =>
    payloadOf(() => beginSecondFactor(context, password)),
  confirmSecondFactor: (_parent, { code }, context) =>
    payloadOf(async () => ({
      recoveryCodes: await confirmSecondFactor(context, code),
      customer: await requireCustomer(context, callerOf(context.identity)),
    })),
  renewRecoveryCodes: (_parent, { input }, context) =>
    payloadOf(async () => ({ recoveryCodes: await renewRecoveryCodes(context, input) })),
  disableSecondFactor: (_parent, { input }, context) =>
    payloadOf(async () => {
      await disableSecondFactor(context, input);
      return { customer: await requireCustomer(context, callerOf(context.identity)) };
    }),
  resetSecondFactor: (_parent, { customerId }, context) =>
    payloadOf(async () => ({
      customer: await requireCustomer(context, await resetSecondFactor(context, customerId)),
    })),
  grantRole: (_parent, { input }, context) => {
    requireMayGrant(context, input);
    return payloadOf(async () => {
      const { customerId, invitation } = await grantRole(context, input);
      if (customerId === null) return { customer: null, invitation };
      return { customer: await requireCustomer(context, customerId), invitation };
    });
  },
  inviteStaff: (_parent, { input }, context) => {
    requireMayInvite(context, input);
    return payloadOf(async () => ({ invitation: await inviteStaff(context, input) }));
  },
  importStaff: (_parent, { input }, context) => importStaff(context, input),
  revokeInvitation: (_parent, { invitationId }, context) =>
    payloadOf(async () => ({ invitation: await revokeInvitation(context, invitationId) })),
  acceptInvitation: (_parent, { token, name, password }, context) =>
    payloadOf(async () => ({
      invitation: await acceptInvitation(context, { token, name: name ?? null, password: password ?? null }),
    })),
  revokeRole: (_parent, { input }, context) => {
    requireMayRevoke(context, input);
    return payloadOf(async () => ({ customer: await revokeRole(context, input) }));
  },
  redeemReward: (_parent, { input }, context) =>
    payloadOf(async () => ({ redemption: await redeemReward(context, input) })),
  markNotificationsRead: (_parent, { input }, context) =>
    payloadOf(async () => {
      await markNotificationsRead(context, input.notificationIds ?? null);
      return { customer: await requireCustomer(context, callerOf(context.identity)) };
    }),
};
