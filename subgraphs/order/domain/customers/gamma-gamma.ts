/**
 * Gamma-Gamma: what a visit of each customer is worth (Fader and Hardie, "The Gamma-Gamma model of monetary value", 2013). What a customer spends varies around a
 * mean of their own; means vary between customers; neither depends on how often they come. Parameters have the maximum likelihood.
 */
import { minimise } from '../../../../platform/kit/nelder-mead.js';
import { logGamma } from './log-gamma.js';

export interface Spending {
  readonly visits: number;
  /** Of a visit. */
  readonly mean: number;
}

export interface GammaGamma {
  readonly p: number;
  readonly q: number;
  /** In the unit of what is spent. */
  readonly v: number;
}

const ROUNDS = 5;
const EVALUATIONS = 400;

/** Who spent nothing is left out. @returns null where fewer than two are left. */
export function fitGammaGamma(all: readonly Spending[]): GammaGamma | null {
  return [...gammaGammaRounds(all)].at(-1) ?? null;
}

/** As `fitGammaGamma`, round by round, each closer to the maximum. */
export function* gammaGammaRounds(all: readonly Spending[]): Generator<GammaGamma> {
  const spendings = all.filter(({ visits, mean }) => visits > 0 && mean > 0);
  if (spendings.length < 2) return;
  // In units of the mean, in which the parameters are neither large nor small.
  const unit = spendings.reduce((sum, { mean }) => sum + mean, 0) / spendings.length;
  const scaled = spendings.map(({ visits, mean }) => ({ visits, mean: mean / unit }));
  const minusLogLikelihood = (at: readonly number[]) => {
    const logLikelihood = logLikelihoodBy(modelAt(at));
    return -scaled.reduce((sum, spending) => sum + logLikelihood(spending), 0);
  };
  let at: readonly number[] = [Math.log(5), Math.log(5), 0];
  for (let round = 0; round < ROUNDS; round += 1) {
    at = minimise(minusLogLikelihood, at, { step: round === 0 ? 0.5 : 0.2, evaluations: EVALUATIONS }).at;
    const { p, q, v } = modelAt(at);
    yield { p, q, v: v * unit };
  }
}

function modelAt([p = 0, q = 0, v = 0]: readonly number[]): GammaGamma {
  return { p: Math.exp(p), q: Math.exp(q), v: Math.exp(v) };
}

/** What depends on the number of visits alone is reckoned once for each. */
function logLikelihoodBy({ p, q, v }: GammaGamma): (spending: Spending) => number {
  const common = q * Math.log(v) - logGamma(q);
  const known = new Map<number, number>();
  return ({ visits, mean }) => {
    const shape = p * visits;
    const ofVisits =
      known.get(visits) ?? common + logGamma(shape + q) - logGamma(shape) + shape * Math.log(visits);
    known.set(visits, ofVisits);
    return ofVisits + (shape - 1) * Math.log(mean) - (shape + q) * Math.log(v + mean * visits);
  };
}

/** What a visit of somebody is expected to be worth: between what they spent and what all do. */
export function expectedSpending({ p, q, v }: GammaGamma, { visits, mean }: Spending): number {
  const above = p * visits + q - 1;
  return above <= 0 ? mean : (p * (v + visits * mean)) / above;
}
