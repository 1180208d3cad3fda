/**
 * Whom staff take an order for at the counter: a guest without an account, by name or table, or a member, by phone number or by the
 * code that the member shows. Nothing of a member is answered but the order itself, which the audit trail records.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { forbidden, type UserError, UserFault } from '../../../platform/errors.js';
import { callerOf, scopeFor } from '../../../platform/identity/identity.js';
import { normalizedPhone, text } from '../../../platform/kit/input.js';
import { covers } from '../../../platform/kit/tenant-scope.js';
import type { Context } from '../context.js';
import type { OrderGuest } from '../domain/order.js';
import type { Redemption } from '../domain/reward.js';
import { findMembersByPhone } from '../store/guests.js';
import type { OutletRecord } from '../store/menu-read-model.js';
import { findMemberShowing, normalizedMemberCode } from './member-codes.js';

const MAXIMUM_NAME_LENGTH = 60;
const MAXIMUM_TABLE_LENGTH = 20;

/** A member who has just signed up orders at once, and the number's event may be on the way. */
const PAUSES_MILLISECONDS = [50, 100, 200];

/** As staff say it; what was left out is null. */
export interface RequestedGuest extends OrderGuest {
  readonly memberPhone: string | null;
  readonly memberCode: string | null;
}

export interface CounterGuest {
  /** The member; null for a guest without an account. */
  readonly customerId: string | null;
  readonly guest: OrderGuest;
  /** Who takes the order. */
  readonly placedBy: string;
}

/** @throws FORBIDDEN for those who do not take orders at the outlet, before the input is looked at. */
export function requireCounterStaff(
  { identity }: Context,
  { id: outletId, franchiseId }: OutletRecord,
): void {
  callerOf(identity);
  if (!covers(scopeFor(identity, 'orders:prepare'), { outletId, franchiseId })) throw forbidden();
}

/**
 * @param redemptions that the order would spend: none.
 * @throws UserFault naming all that is wrong with it, and NOT_FOUND for a phone number or code by which no member is found.
 */
export async function findCounterGuest(
  context: Context,
  requested: RequestedGuest,
  redemptions: readonly Redemption[],
): Promise<CounterGuest> {
  const faults = [
    ...textFaults('name', requested.name, MAXIMUM_NAME_LENGTH),
    ...textFaults('table', requested.table, MAXIMUM_TABLE_LENGTH),
  ];
  const { memberPhone, memberCode } = requested;
  const guest = { name: normalized(requested.name), table: normalized(requested.table) };
  const phone = memberPhone === null ? null : normalizedPhone(memberPhone);
  if (phone === undefined) {
    const message =
      'A phone number is in international format, such as +6281234567890, or local, such as 0812…';
    faults.push({ code: 'INVALID_INPUT', field: ['guest', 'memberPhone'], message });
  }
  const code = memberCode === null ? null : normalizedMemberCode(memberCode);
  if (code === undefined || (code !== null && memberPhone !== null)) {
    const message =
      code === undefined
        ? 'A member’s code has eight digits.'
        : 'Give a member’s phone number or code, not both.';
    faults.push({ code: 'INVALID_INPUT', field: ['guest', 'memberCode'], message });
  }
  if (guest.name === null && guest.table === null && memberPhone === null && memberCode === null) {
    const message = 'Say the guest’s name, a table, or a member’s phone number or code.';
    faults.push({ code: 'INVALID_INPUT', field: ['guest'], message });
  }
  if (redemptions.length > 0) {
    const message = 'Members spend their rewards themselves.';
    faults.push({ code: 'INVALID_INPUT', field: ['redemptionIds'], message });
  }
  if (faults.length > 0) throw new UserFault(faults);
  const customerId = await findMember(context, phone ?? null, code ?? null);
  return { customerId, guest, placedBy: callerOf(context.identity) };
}

/** Null where none is named. */
async function findMember(
  context: Context,
  phone: string | null,
  code: string | null,
): Promise<string | null> {
  if (code !== null) return findMemberShowing(context, code);
  return phone === null ? null : findMemberAt(context.ownDatabase, phone);
}

/** Numbers are not verified: of one that several accounts have, it cannot be said whose the order is. */
async function findMemberAt(database: Context['ownDatabase'], phone: string): Promise<string> {
  let found = await findMembersByPhone(database, phone);
  for (const pause of PAUSES_MILLISECONDS) {
    if (found.length > 0) break;
    await delay(pause);
    found = await findMembersByPhone(database, phone);
  }
  const [member, ...others] = found;
  if (member !== undefined && others.length === 0) return member;
  const message =
    member === undefined
      ? 'No member has this phone number. Leave it out to take the order for a guest.'
      : 'This phone number does not name one member. Leave it out to take the order for a guest.';
  throw UserFault.of('NOT_FOUND', message, ['guest', 'memberPhone']);
}

function textFaults(field: 'name' | 'table', value: string | null, maximum: number): UserError[] {
  if (value === null || text(maximum, { minimum: 0 }).safeParse(value).success) return [];
  const message = `One line of at most ${maximum} characters.`;
  return [{ code: 'INVALID_INPUT', field: ['guest', field], message }];
}

function normalized(value: string | null): string | null {
  return value?.trim() || null;
}
