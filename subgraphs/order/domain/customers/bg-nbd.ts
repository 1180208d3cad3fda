/**
 * BG/NBD: how often customers will come, from when and how often they came (Fader, Hardie and Lee, "Counting your customers the easy way: an alternative to
 * the Pareto/NBD model", Marketing Science 24, 2005). While they are customers they come at rates that are gamma distributed (r, α); after any visit
 * they may leave for good, with chances that are beta distributed (a, b). Parameters have the maximum likelihood.
 */
import { minimise } from '../../../../platform/kit/nelder-mead.js';
import { logGamma } from './log-gamma.js';

/** Times in any one unit, which is that of the rates. */
export interface PurchaseHistory {
  /** Visits after the first one. */
  readonly repeats: number;
  /** From the first to the last visit; 0 without repeats. */
  readonly recency: number;
  /** From the first visit to the end of what is known. */
  readonly age: number;
}

export interface BgNbd {
  readonly r: number;
  readonly alpha: number;
  readonly a: number;
  readonly b: number;
}

interface CountedHistory extends PurchaseHistory {
  readonly count: number;
}

const ROUNDS = 6;
const EVALUATIONS = 400;
const TOLERANCE = 1e-6;
const ROUND_GAIN = 1e-4;

/** @returns null without anybody who came back. */
export function fitBgNbd(histories: readonly PurchaseHistory[]): BgNbd | null {
  return [...bgNbdRounds(histories)].at(-1) ?? null;
}

/** As `fitBgNbd`, round by round, each closer to the maximum; none without anybody who came back. */
export function* bgNbdRounds(histories: readonly PurchaseHistory[]): Generator<BgNbd> {
  if (!histories.some(({ repeats }) => repeats > 0)) return;
  const counted = grouped(histories);
  const meanAge = histories.reduce((sum, { age }) => sum + age, 0) / histories.length;
  const minusLogLikelihood = (at: readonly number[]) => {
    const logLikelihood = logLikelihoodBy(modelAt(at));
    return -counted.reduce((sum, history) => sum + history.count * logLikelihood(history), 0);
  };
  // From where a round ended with a new simplex: one alone may have become flat.
  let best = minimise(minusLogLikelihood, [0, Math.log(Math.max(meanAge / 4, 1e-6)), 0, 0], {
    ...{ step: 0.5, evaluations: EVALUATIONS, tolerance: TOLERANCE },
  });
  yield modelAt(best.at);
  for (let round = 1; round < ROUNDS; round += 1) {
    const next = minimise(minusLogLikelihood, best.at, {
      step: 0.2,
      evaluations: EVALUATIONS,
      tolerance: TOLERANCE,
    });
    const gained = best.value - next.value;
    best = next;
    yield modelAt(best.at);
    if (gained < ROUND_GAIN) break;
  }
}

/** Customers with the same history, once with their number. */
function grouped(histories: readonly PurchaseHistory[]): CountedHistory[] {
  const groups = new Map<string, CountedHistory>();
  for (const history of histories) {
    const key = `${history.repeats} ${history.recency} ${history.age}`;
    groups.set(key, { ...history, count: (groups.get(key)?.count ?? 0) + 1 });
  }
  return [...groups.values()];
}

function modelAt([r = 0, alpha = 0, a = 0, b = 0]: readonly number[]): BgNbd {
  return { r: Math.exp(r), alpha: Math.exp(alpha), a: Math.exp(a), b: Math.exp(b) };
}

/** What depends on the number of repeats alone is reckoned once for each. */
function logLikelihoodBy({ r, alpha, a, b }: BgNbd): (history: PurchaseHistory) => number {
  const common = r * Math.log(alpha) - logGamma(r) + logGamma(a + b) - logGamma(b);
  const known = new Map<number, { together: number; leaves: number }>();
  return ({ repeats, recency, age }) => {
    const ofRepeats = known.get(repeats) ?? {
      together: common + logGamma(r + repeats) + logGamma(b + repeats) - logGamma(a + b + repeats),
      leaves: repeats === 0 ? 0 : Math.log(a) - Math.log(b + repeats - 1),
    };
    known.set(repeats, ofRepeats);
    const still = -(r + repeats) * Math.log(alpha + age);
    if (repeats === 0) return ofRepeats.together + still;
    const gone = ofRepeats.leaves - (r + repeats) * Math.log(alpha + recency);
    const larger = Math.max(still, gone);
    return ofRepeats.together + larger + Math.log(Math.exp(still - larger) + Math.exp(gone - larger));
  };
}

/** How probable it is that somebody with this history is a customer still. */
export function chanceOfStaying(
  { r, alpha, a, b }: BgNbd,
  { repeats, recency, age }: PurchaseHistory,
): number {
  if (repeats === 0) return 1;
  return 1 / (1 + (a / (b + repeats - 1)) * ((alpha + age) / (alpha + recency)) ** (r + repeats));
}

/** How many visits are to be expected of somebody with this history in a time to come (equation 10 of the paper). */
export function expectedVisits(model: BgNbd, history: PurchaseHistory, time: number): number {
  const { r, alpha, b } = model;
  const { repeats, age } = history;
  // Where a is 1 the formula is a limit.
  const a = Math.abs(model.a - 1) < 1e-6 ? 1 + 1e-6 : model.a;
  const series = hypergeometric(r + repeats, b + repeats, a + b + repeats - 1, time / (alpha + age + time));
  const left = 1 - ((alpha + age) / (alpha + age + time)) ** (r + repeats) * series;
  return ((a + b + repeats - 1) / (a - 1)) * left * chanceOfStaying({ ...model, a }, history);
}

/** Gauss's series ₂F₁(a, b; c; z) for 0 ≤ z < 1. */
function hypergeometric(a: number, b: number, c: number, z: number): number {
  let [term, sum] = [1, 1];
  for (let index = 0; index < 10_000; index += 1) {
    term *= (((a + index) * (b + index)) / ((c + index) * (index + 1))) * z;
    sum += term;
    if (Math.abs(term) < 1e-12 * Math.abs(sum)) break;
  }
  return sum;
}
