/**
 * Minimises a function of a few numbers without its derivatives (Nelder and Mead, "A simplex method for function minimization", The
 * Computer Journal 7, 1965). It finds the minimum next to its start: a start near the best one is the caller's to give.
 */

export interface Minimum {
  readonly at: readonly number[];
  readonly value: number;
}

export interface MinimiseOptions {
  /** How far the first simplex reaches from the start, in each direction; 0.5 by default. */
  readonly step?: number;
  /** Ends once the values of the simplex lie within this of each other; 1e-9 by default. */
  readonly tolerance?: number;
  /** Evaluations at the most; 400 by default. */
  readonly evaluations?: number;
}

/** @param of may answer NaN or Infinity where it is not defined: such points are never kept. */
export function minimise(
  of: (at: readonly number[]) => number,
  start: readonly number[],
  { step = 0.5, tolerance = 1e-9, evaluations = 400 }: MinimiseOptions = {},
): Minimum {
  let left = evaluations;
  const evaluated = (at: readonly number[]): Minimum => {
    left -= 1;
    const value = of(at);
    return { at, value: Number.isNaN(value) ? Number.POSITIVE_INFINITY : value };
  };
  const corners = start.map((_, moved) =>
    start.map((value, index) => (index === moved ? value + step : value)),
  );
  let simplex = [start, ...corners].map(evaluated);
  for (;;) {
    simplex = simplex.toSorted((one, other) => one.value - other.value);
    const [best, worst, secondWorst] = [simplex[0], simplex.at(-1), simplex.at(-2)];
    if (best === undefined || worst === undefined || secondWorst === undefined) {
      throw new RangeError('A minimum is looked for in one number at least');
    }
    if (left <= 0 || worst.value - best.value <= tolerance) return best;
    const others = simplex.slice(0, -1);
    const centre = start.map(
      (_, index) => others.reduce((sum, { at }) => sum + (at[index] ?? 0), 0) / others.length,
    );
    const beyond = (factor: number) =>
      evaluated(centre.map((value, index) => value + factor * (value - (worst.at[index] ?? 0))));
    const reflected = beyond(1);
    if (reflected.value < best.value) {
      const expanded = beyond(2);
      simplex = [...others, expanded.value < reflected.value ? expanded : reflected];
    } else if (reflected.value < secondWorst.value) {
      simplex = [...others, reflected];
    } else {
      const contracted = reflected.value < worst.value ? beyond(0.5) : beyond(-0.5);
      simplex =
        contracted.value < Math.min(reflected.value, worst.value)
          ? [...others, contracted]
          : simplex.map((one) =>
              one === best
                ? one
                : evaluated(best.at.map((value, index) => value + ((one.at[index] ?? 0) - value) / 2)),
            );
    }
  }
}
