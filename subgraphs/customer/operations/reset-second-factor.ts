/** Removes the second factor of somebody who has lost it, by head office or by an operator at the server. Every session of theirs ends. */
import { notFound, UserFault } from '../../../platform/errors.js';
import type { Cause } from '../../../platform/events/envelope.js';
import { type Actor, CHAIN, recordChange } from '../../../platform/events/record-change.js';
import { callerOf } from '../../../platform/identity/identity.js';
import { isId } from '../../../platform/ids.js';
import { email as emailInput, parseInput } from '../../../platform/kit/input.js';
import type { Context } from '../context.js';
import { findAddressee, lockAccount } from '../store/customers.js';
import type { OwnCustomerDatabase, Work } from '../store/database.js';
import { deleteSecondFactor } from '../store/second-factors.js';
import { updateSessionsEnded } from '../store/sessions.js';
import { mailChange } from './second-factor-code.js';

/** @returns the person's id. @throws NOT_FOUND, UserFault INVALID_STATE where none is set, and for the caller's own. */
export async function resetSecondFactor(context: Context, customerId: string): Promise<string> {
  const { ownDatabase, cause, identity } = context;
  if (customerId === callerOf(identity))
    throw UserFault.of('INVALID_STATE', 'Your own is removed by disableSecondFactor');
  await ownDatabase.work(cause, async (work) => {
    const isKnown = isId(customerId) && (await lockAccount(work.tx, customerId));
    if (!isKnown) throw notFound('Customer');
    await reset(work, context, customerId);
  });
  return customerId;
}

/** In the audit trail the account itself is the actor: nobody was signed in. @throws UserFault INVALID_INPUT, NOT_FOUND, INVALID_STATE */
export async function resetSecondFactorOf(
  database: OwnCustomerDatabase,
  cause: Cause,
  address: string,
): Promise<void> {
  const email = parseInput(emailInput, address);
  await database.work(cause, async (work) => {
    const account = await findAddressee(work.tx, { email });
    if (account === null) throw UserFault.of('NOT_FOUND', `${email} has no account`);
    await lockAccount(work.tx, account.id);
    await reset(work, { identity: { customerId: account.id, roles: [] } }, account.id);
  });
}

async function reset(work: Work, actor: Actor, customerId: string): Promise<void> {
  if (!(await deleteSecondFactor(work.tx, customerId)))
    throw UserFault.of('INVALID_STATE', 'No second factor is set');
  await updateSessionsEnded(work.tx, customerId, 'SECOND_FACTOR_RESET');
  await mailChange(work, customerId, 'DISABLED');
  recordChange(work, actor, {
    ...{ action: 'resetSecondFactor', entity: { type: 'Customer', id: customerId }, tenant: CHAIN },
    ...{ before: { hasSecondFactor: true }, after: { hasSecondFactor: false } },
  });
}
