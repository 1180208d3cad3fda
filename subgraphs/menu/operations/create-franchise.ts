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
import { insertFranchise } from '../store/outlets.js';
import { changeMenu } from './change-menu.js';

const newFranchise = z.object({ name });

/** @throws UserFault ALREADY_EXISTS when the name is taken. */
export async function createFranchise(context: Context, input: unknown): Promise<Franchise> {
  const franchise = { id: newId('Franchise'), ...parseInput(newFranchise, input) };
  try {
    await changeMenu(context, async (work) => {
      await insertFranchise(work.tx, franchise);
      work.emit(franchiseEvent(franchise));
      const { id, ...after } = franchise;
      const tenant = { franchiseId: id, outletId: null };
      const entity = { type: 'Franchise', id };
      recordChange(work, context, { action: 'createFranchise', entity, tenant, before: null, after });
    });
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    throw UserFault.of('ALREADY_EXISTS', 'Another franchise has this name', ['name']);
  }
  return franchise;
}
