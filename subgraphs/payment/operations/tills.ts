/**
 * Tills: staff of an outlet open a drawer with a float, put cash in and take it out with a reason, and close it by what they counted. Each
 * is recorded in the audit trail.
 */
import { z } from 'zod';
import { ErrorCode, notFound, requestError, UserFault } from '../../../platform/errors.js';
import { recordChange } from '../../../platform/events/record-change.js';
import { callerOf, type Identity, scopeFor } from '../../../platform/identity/identity.js';
import { newId } from '../../../platform/ids.js';
import { idempotentRequest, writeOnce } from '../../../platform/kit/idempotency.js';
import { parseInput, text } from '../../../platform/kit/input.js';
import type { CountedConnection, Page } from '../../../platform/kit/paging.js';
import { requirePlace } from '../../../platform/kit/requested-place.js';
import { covers } from '../../../platform/kit/tenant-scope.js';
import { isUniqueViolation } from '../../../platform/kit/unique-violation.js';
import { findYoung } from '../../../platform/kit/young-id.js';
import { add } from '../../../platform/money.js';
import type { Context } from '../context.js';
import { PAYMENT_METHODS } from '../domain/methods.js';
import { type Counted, countsOf, differenceOf, type Till, type TillCount } from '../domain/till.js';
import { firstIdSince } from '../store/id-window.js';
import { findOutletFranchise, knownPlaces } from '../store/outlets.js';
import {
  findCountsOfLocked,
  findExpectedByMethod,
  findTillPage,
  insertTill,
  insertTillMovement,
  lockTill,
  type TillFilter,
  updateTillClosed,
} from '../store/tills.js';
import { amount } from './input.js';

const DEFAULT_DRAWER = '1';
const LARGEST_AMOUNT = 1_000_000_000_000;

const cash = z.number().int().min(0, 'must not be negative').max(LARGEST_AMOUNT);

const newTill = z.object({ outletId: z.string(), float: cash, drawer: text(40).nullish() });

const movement = z.object({
  tillId: z.string(),
  kind: z.enum(['CASH_IN', 'CASH_OUT']),
  amount,
  reason: text(200),
  idempotencyKey: z.string(),
});

const close = z.object({
  tillId: z.string(),
  counted: z.array(z.object({ method: z.enum(PAYMENT_METHODS), amount: cash })).max(20),
});

/** @throws NOT_FOUND for an outlet that does not exist or where the caller takes no money, before the input is looked at. */
export async function openTill(context: Context, given: z.input<typeof newTill>): Promise<Till> {
  const { database, identity, cause } = context;
  const franchiseId = await requireOutlet(context, given.outletId);
  const { outletId, float, drawer: called } = parseInput(newTill, given);
  const drawer = called ?? DEFAULT_DRAWER;
  const till = { id: newId('Till'), outletId, franchiseId, drawer, float, openedBy: callerOf(identity) };
  try {
    await database.work(cause, async (work) => {
      await insertTill(work.tx, till);
      recordChange(work, context, {
        ...{ action: 'openTill', entity: { type: 'Till', id: till.id }, tenant: till, before: null },
        after: { drawer, float },
      });
    });
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    throw UserFault.of('INVALID_STATE', `The till of drawer ${drawer} is open: close it first.`, ['drawer']);
  }
  return requireTill(context, till.id);
}

/** @throws UserFault INVALID_STATE for a closed till, INVALID_INPUT for taking out more than is in it. */
export async function recordCash(context: Context, given: z.input<typeof movement>): Promise<Till> {
  const { database, identity, cause } = context;
  await requireTill(context, given.tillId);
  const { idempotencyKey, ...input } = parseInput(movement, given);
  const { tillId, kind, reason } = input;
  const recordedBy = callerOf(identity);
  const request = idempotentRequest('recordCash', recordedBy, idempotencyKey, input);
  const movementId = newId();
  await database.work(cause, (work) =>
    writeOnce(work.tx, request, movementId, async () => {
      const till = await lockOpenTill(work.tx, tillId);
      if (kind === 'CASH_OUT' && input.amount > till.expectedCash) {
        throw UserFault.of('INVALID_INPUT', `At most ${till.expectedCash} is in the till.`, ['amount']);
      }
      const signed = kind === 'CASH_IN' ? input.amount : -input.amount;
      const row = { kind, amount: signed, subjectId: null, paymentId: null, reason, recordedBy };
      await insertTillMovement(work.tx, till, row, movementId);
      recordChange(work, context, {
        ...{ action: 'recordCash', entity: { type: 'Till', id: tillId }, tenant: till },
        before: { expectedCash: till.expectedCash },
        after: { expectedCash: add(till.expectedCash, signed), kind, reason },
      });
    }),
  );
  context.loaders.till.clear(tillId);
  return requireTill(context, tillId);
}

/**
 * The same count again is answered with the till as it was closed.
 * @throws FORBIDDEN for another's till, but for staff with `finance:read`. @throws UserFault INVALID_STATE where it was closed otherwise.
 */
export async function closeTill(context: Context, given: z.input<typeof close>): Promise<Till> {
  const { database, identity, cause, loaders } = context;
  const known = await requireTill(context, given.tillId);
  requireOwnOrManaged(identity, known);
  const { tillId, counted } = parseInput(close, given);
  requireWholeCount(counted);
  await database.work(cause, async (work) => {
    const till = await lockTill(work.tx, tillId);
    if (till === null) throw notFound('Till');
    if (till.closedAt !== null) {
      if (isSameCount(await findCountsOfLocked(work.tx, tillId), counted)) return;
      throw closed();
    }
    const expected = await findExpectedByMethod(work.tx, till, firstIdSince(till.openedAt));
    const counts = countsOf(expected.set('CASH', till.expectedCash), counted);
    const closedAt = new Date();
    await updateTillClosed(work.tx, till, callerOf(identity), closedAt, counts);
    recordChange(work, context, {
      ...{ action: 'closeTill', entity: { type: 'Till', id: tillId }, tenant: till },
      before: { closedAt: null },
      after: { closedAt, counts: counts.map(recordedCount) },
    });
  });
  loaders.till.clear(tillId);
  return requireTill(context, tillId);
}

/** @throws NOT_FOUND for one that does not exist or is of an outlet where the caller takes no money. */
async function requireTill({ loaders, identity }: Context, id: string): Promise<Till> {
  const till = await loaders.till.load(id);
  if (till === null || !covers(scopeFor(identity, 'payments:confirm'), till)) throw notFound('Till');
  return till;
}

export async function findTill({ loaders }: Context, id: string): Promise<Till> {
  const till = await loaders.till.load(id);
  if (till === null) throw notFound('Till');
  return till;
}

/** @throws NOT_FOUND for a place that does not exist or lies outside the caller's scope. */
export async function listTills(
  { database, identity }: Context,
  filter: TillFilter,
  page: Page,
): Promise<CountedConnection<Till>> {
  const scope = scopeFor(identity, 'payments:read');
  await requirePlace(scope, filter, knownPlaces(database));
  return findTillPage(database, scope, filter, page);
}

async function requireOutlet({ database, identity }: Context, outletId: string): Promise<string> {
  const franchiseId = await findYoung(outletId, () => findOutletFranchise(database, outletId));
  if (franchiseId === null || !covers(scopeFor(identity, 'payments:confirm'), { outletId, franchiseId })) {
    throw notFound('Outlet');
  }
  return franchiseId;
}

async function lockOpenTill(tx: Parameters<typeof lockTill>[0], tillId: string): Promise<Till> {
  const till = await lockTill(tx, tillId);
  if (till === null) throw notFound('Till');
  if (till.closedAt !== null) throw closed();
  return till;
}

function closed(): UserFault {
  return UserFault.of('INVALID_STATE', 'This till is closed.', ['tillId']);
}

function requireOwnOrManaged(identity: Identity, till: Till): void {
  if (till.openedBy === identity.customerId || covers(scopeFor(identity, 'finance:read'), till)) return;
  throw requestError(ErrorCode.FORBIDDEN, 'A till is closed by the person who opened it, or by a manager');
}

/** @throws UserFault INVALID_INPUT */
function requireWholeCount(counted: readonly Counted[]): void {
  const methods = counted.map(({ method }) => method);
  if (!methods.includes('CASH')) throw UserFault.of('INVALID_INPUT', 'Cash is counted.', ['counted']);
  if (new Set(methods).size < methods.length) {
    throw UserFault.of('INVALID_INPUT', 'A method is counted once.', ['counted']);
  }
}

function isSameCount(counts: readonly TillCount[], counted: readonly Counted[]): boolean {
  const given = new Map(counted.map(({ method, amount }) => [method, amount]));
  const before = counts.filter((count) => count.counted !== null);
  return given.size === before.length && before.every((count) => given.get(count.method) === count.counted);
}

function recordedCount(count: Omit<TillCount, 'tillId'>) {
  return { ...count, difference: differenceOf(count) };
}
