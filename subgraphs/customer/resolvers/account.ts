/** Opening an account, and changing one's own. */
import { z } from 'zod';
import { notFound, payloadOf } from '../../../platform/errors.js';
import { ownScope } from '../../../platform/identity/identity.js';
import { hashPassword } from '../../../platform/identity/passwords.js';
import { parseInput } from '../../../platform/input.js';
import type { MutationResolvers } from '../../../schema/types/customer.js';
import { callerOf } from '../context.js';
import { emailSchema, nameSchema, passwordSchema, phoneSchema } from '../operations/account-input.js';
import { createCustomer, updateOwnAccount } from '../store/customers.js';
import { openSession } from '../store/sessions.js';
import { sessionOf } from './session.js';

const signUpSchema = z.object({
  email: emailSchema,
  password: passwordSchema,
  name: nameSchema,
  phone: phoneSchema.nullish(),
});

const profileSchema = z.object({ name: nameSchema.optional(), phone: phoneSchema.nullish() });

export const signUp: NonNullable<MutationResolvers['signUp']> = (_parent, { input }, context) =>
  payloadOf(async () => {
    const { email, password, name, phone } = parseInput(signUpSchema, input);
    const account = { email, passwordHash: await hashPassword(password), name, phone: phone ?? null };
    const opened = await createCustomer(context.database, context.cause, account, ({ tx }, customerId) =>
      openSession(tx, customerId),
    );
    return { session: await sessionOf(context, opened) };
  });

export const updateProfile: NonNullable<MutationResolvers['updateProfile']> = (_parent, { input }, context) =>
  payloadOf(async () => {
    const { name, phone } = parseInput(profileSchema, input);
    await updateOwnAccount(context.database, ownScope(context.identity), {
      ...(name !== undefined && { name }),
      ...(phone !== undefined && { phone }),
    });
    const customer = await context.loaders.customer.load(callerOf(context.identity));
    if (customer === null) throw notFound('Customer');
    return { customer };
  });
