/** Head office founds a franchise; the schema's scope lets no other caller in. */
import { z } from 'zod';
import { UserFault } from '../../../platform/errors.js';
import { recordChange } from '../../../platform/events/record-change.js';
import { newId } from '../../../platform/ids.js';
import { name, parseInput } from '../../../platform/kit/input.js';
import { isUniqueViolation } from '../../../platform/kit/unique-violation.js';
import type { Context } from '../context.js';
import type { Franchise } from '../domain/outlet.js';
import { franchiseEvent } from '../published.js';
import type { Work } from '../store/database.js';
import { insertFranchise } from '../store/outlets.js';
import { changeMenu } from './change-menu.js';

export const newFranchise = z.object({ name });

/** @throws UserFault ALREADY_EXISTS when the name is taken. */
export async function createFranchise(context: Context, input: unknown): Promise<Franchise> {
  const franchise = { id: newId('Franchise'), ...parseInput(newFranchise, input) };
  try {
    await changeMenu(context, (work) => insertNewFranchise(work, context, 'createFranchise', franchise));
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    throw UserFault.of('ALREADY_EXISTS', 'Another franchise has this name', ['name']);
  }
  return franchise;
}

/** Within a transaction that may change more. @throws a unique violation when the name is taken. */
export async function insertNewFranchise(
  work: Work,
  context: Context,
  action: string,
  { id, ...after }: Franchise,
): Promise<void> {
  await insertFranchise(work.tx, { id, ...after });
  work.emit(franchiseEvent({ id, ...after }));
  const tenant = { franchiseId: id, outletId: null };
  recordChange(work, context, { action, entity: { type: 'Franchise', id }, tenant, before: null, after });
}
