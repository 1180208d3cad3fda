/**
 * Fits the models of customers of a place once a day, to two thousand of them at the most: a sample by the hash of their ids, so that the work is bounded however many there
 * are. Between rounds of a fit other work has its turn.
 */
import { setImmediate as otherWork } from 'node:timers/promises';
import { dayIn } from '../../../platform/kit/calendar.js';
import { bgNbdRounds } from '../domain/customers/bg-nbd.js';
import { gammaGammaRounds } from '../domain/customers/gamma-gamma.js';
import { type CustomerModel, LEAST_CUSTOMERS } from '../domain/customers/value.js';
import {
  findModel,
  type ModelledPlace,
  replaceModel,
  type SampledHistory,
  sampleHistories,
} from '../store/customer-models.js';
import type { OwnOrderDatabase } from '../store/database.js';

const MOST_CUSTOMERS = 2_000;
/** UTC: after midnight from Jayapura to Jakarta. */
const NIGHT_HOUR = 19;

/** @returns whether it was fitted: not where that was done since the last night. */
export async function fitCustomers(
  database: OwnOrderDatabase,
  place: ModelledPlace,
  now: Date,
): Promise<boolean> {
  const until = dayIn('UTC', new Date(now.getTime() + (24 - NIGHT_HOUR) * 3_600_000));
  const known = await findModel(database, place);
  if (known !== null && known.until >= until) return false;
  const { histories, withdrawals } = await sampleHistories(database, place, until, MOST_CUSTOMERS);
  const model = histories.length < LEAST_CUSTOMERS ? null : await fittedModel(histories);
  const fitted = { madeAt: new Date(), until, fittedTo: histories.length, model };
  await replaceModel(database, place, fitted, withdrawals);
  return true;
}

async function fittedModel(histories: readonly SampledHistory[]): Promise<CustomerModel | null> {
  const spendings = histories.map(({ repeats, mean }) => ({ visits: repeats + 1, mean }));
  const visits = await lastOf(bgNbdRounds(histories));
  const spending = await lastOf(gammaGammaRounds(spendings));
  return visits === null || spending === null ? null : { visits, spending };
}

async function lastOf<Model>(rounds: Iterable<Model>): Promise<Model | null> {
  let last: Model | null = null;
  for (const model of rounds) {
    last = model;
    await otherWork();
  }
  return last;
}
