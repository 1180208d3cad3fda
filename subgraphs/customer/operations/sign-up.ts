/** Opens an account and signs in. */
import { z } from 'zod';
import { UserFault } from '../../../platform/errors.js';
import { newId } from '../../../platform/ids.js';
import { email, name, parseInput, phone } from '../../../platform/kit/input.js';
import { isUniqueViolation } from '../../../platform/kit/unique-violation.js';
import type { Context } from '../context.js';
import { phoneChangedEvent, registeredEvent } from '../published.js';
import { insertCustomer } from '../store/customers.js';
import { newPassword, requireOtherThanEmail } from './account-input.js';
import { hashPassword } from './passwords.js';
import { openSession, type Session, signedSession } from './session.js';
import { sendVerification } from './verify-email.js';

const newAccount = z.object({ email, password: newPassword, name, phone: phone.nullish() });

/** @throws UserFault ALREADY_EXISTS when the address has an account. */
export async function signUp(context: Context, input: unknown): Promise<Session> {
  const { password, phone, ...account } = parseInput(newAccount, input);
  requireOtherThanEmail(password, account.email, ['password']);
  const id = newId('Customer');
  const customer = { id, ...account, phone: phone ?? null, passwordHash: await hashPassword(password) };
  try {
    const opened = await context.ownDatabase.work(context.cause, async ({ tx, emit }) => {
      await insertCustomer(tx, customer);
      emit(registeredEvent(customer));
      if (customer.phone !== null) emit(phoneChangedEvent(id, customer.phone, 1));
      await sendVerification({ tx, emit }, { ...customer, language: 'id' }, customer.email, new Date());
      return openSession(tx, id, context.origin);
    });
    return await signedSession(context, opened);
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    throw UserFault.of('ALREADY_EXISTS', 'This e-mail address has an account already', ['email']);
  }
}
