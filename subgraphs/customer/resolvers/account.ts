/** Accounts and sessions: signing up, in and out, staying signed in, changing one's own profile. */
import { payloadOf } from '../../../platform/errors.js';
import type { MutationResolvers } from '../../../schema/types/customer.js';
import { callerOf } from '../context.js';
import { refreshSession as refresh } from '../operations/refresh-session.js';
import { signIn as enter } from '../operations/sign-in.js';
import { signOut as leave } from '../operations/sign-out.js';
import { signUp as register } from '../operations/sign-up.js';
import { updateProfile as update } from '../operations/update-profile.js';
import { requireCustomer } from './customer.js';

export const signUp: NonNullable<MutationResolvers['signUp']> = (_parent, { input }, context) =>
  payloadOf(async () => ({ session: await register(context, input) }));

export const signIn: NonNullable<MutationResolvers['signIn']> = (_parent, { input }, context) =>
  payloadOf(async () => ({ session: await enter(context, input) }));

export const refreshSession: NonNullable<MutationResolvers['refreshSession']> = (
  _parent,
  { input },
  context,
) => payloadOf(async () => ({ session: await refresh(context, input.refreshToken) }));

export const signOut: NonNullable<MutationResolvers['signOut']> = (_parent, { input }, context) =>
  payloadOf(async () => {
    await leave(context, input?.refreshToken ?? null);
    return { customer: await requireCustomer(context, callerOf(context.identity)) };
  });

export const updateProfile: NonNullable<MutationResolvers['updateProfile']> = (_parent, { input }, context) =>
  payloadOf(async () => {
    await update(context, input);
    return { customer: await requireCustomer(context, callerOf(context.identity)) };
  });
