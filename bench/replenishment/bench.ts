/**
 * Back-tests what Kedai suggests on generated years, against refilling when low and against a buyer who knows what will be asked for and when
 * each truck will come. The rules were set with the years of `TUNING`; the figures are of `UNSEEN`, which were first drawn when the rules stood.
 */
import type { Policy } from '../../subgraphs/stock/domain/purchasing/replenishment.js';
import type { Bench, Figure } from '../result.js';
import { knowing, refillingWhenLow, suggesting } from './buyers.js';
import { type Books, type Buyer, runYear, WARM_UP_DAYS } from './shop.js';
import { GOODS, type Goods, generateYear, type Year } from './year.js';

const TUNING = ['tuning 1', 'tuning 2', 'tuning 3', 'tuning 4'];
const UNSEEN = ['held out 1', 'held out 2', 'held out 3', 'held out 4', 'held out 5', 'held out 6'];
/** The defaults of the settings. */
const POLICY: Policy = { serviceLevel: 0.98, marginPerCost: 3 };
const LEAST_WAY = 60;
/** What is tried for each of the goods. */
const REORDER_DAYS = [0.5, 1, 1.5, 2, 3, 5, 7, 9];
const UP_TO_DAYS = [1.5, 2, 3, 4, 5, 7, 9, 11, 14];
/** For all goods alike, in days of use beyond the next delivery: when to order, and up to what. */
const BY_HAND = { reorderDays: 3, upToDays: 7 };

interface Sum {
  readonly lost: number;
  readonly wasted: number;
  readonly served: number;
  readonly stockDays: number;
  readonly orders: number;
}

type BuyerOf = (goods: Goods, demand: Year['demand'][number], lateBy: readonly number[]) => Buyer;

export const bench: Bench = async (report) => {
  const tuning = TUNING.map(generateYear);
  report('Set by hand: trying when to refill, and up to what, on the years for tuning');
  const byHand = GOODS.map((_, index) => bestByHand(tuning, index));
  const handOf = (goods: Goods) => byHand[GOODS.indexOf(goods)] ?? BY_HAND;
  const policies: Readonly<Record<string, BuyerOf>> = {
    suggested: (goods) => suggesting(goods, POLICY),
    'refill when low': (goods) => refillingWhenLow(goods, BY_HAND.reorderDays, BY_HAND.upToDays),
    'refill when low, set best': (goods) =>
      refillingWhenLow(goods, handOf(goods).reorderDays, handOf(goods).upToDays),
    oracle: knowing,
  };
  const figuresOf = (set: string, years: readonly Year[]) => {
    const sums = Object.fromEntries(
      Object.entries(policies).map(([name, buyerOf]) => {
        report(`${set}: ${name}`);
        return [name, total(years, buyerOf)] as const;
      }),
    );
    return sums;
  };
  const [seen, unseen] = [figuresOf('tuning', tuning), figuresOf('unseen', UNSEEN.map(generateYear))];
  const way = (sums: typeof seen, from: string) =>
    (100 * (costOf(sums[from]) - costOf(sums.suggested))) / (costOf(sums[from]) - costOf(sums.oracle));
  const percent = (value: number, target?: number): Figure =>
    target === undefined ? { value, unit: '%' } : { value, unit: '%', target };
  return {
    figures: {
      'way from refilling when low to the oracle, unseen years': percent(
        way(unseen, 'refill when low'),
        LEAST_WAY,
      ),
      'way from refilling when low to the oracle, tuning years': percent(way(seen, 'refill when low')),
      'way from the best set by hand, unseen years': percent(way(unseen, 'refill when low, set best')),
      'way from the best set by hand, tuning years': percent(way(seen, 'refill when low, set best')),
      ...shown(unseen.suggested),
    },
    peers: Object.fromEntries(
      Object.keys(policies)
        .filter((name) => name !== 'suggested')
        .map((name) => [name, shown(unseen[name])]),
    ),
  };
};

function shown(sum: Sum | undefined): Readonly<Record<string, Figure>> {
  if (sum === undefined) return {};
  const perDay = (rupiah: number): Figure => ({ value: rupiah, unit: 'rupiah a day' });
  return {
    'margin lost to stock-outs': perDay(sum.lost),
    'cost of waste': perDay(sum.wasted),
    'demand served': { value: 100 * sum.served, unit: '%' },
    stock: { value: sum.stockDays, unit: 'days of use' },
    'orders of an item': { value: sum.orders, unit: 'a week' },
  };
}

function bestByHand(years: readonly Year[], index: number): typeof BY_HAND {
  const goods = GOODS[index];
  if (goods === undefined) return BY_HAND;
  const tried = REORDER_DAYS.flatMap((reorderDays) =>
    UP_TO_DAYS.filter((upToDays) => upToDays > reorderDays).map((upToDays) => {
      const books = years.map((year) =>
        booksOf(goods, index, year, () => refillingWhenLow(goods, reorderDays, upToDays)),
      );
      return { reorderDays, upToDays, cost: books.reduce((sum, { lost, wasted }) => sum + lost + wasted, 0) };
    }),
  );
  // Of equal ones the one with the smaller stock.
  return tried.toSorted((one, other) => one.cost - other.cost || one.upToDays - other.upToDays)[0] ?? BY_HAND;
}

function booksOf(goods: Goods, index: number, { demand, lateBy }: Year, buyerOf: BuyerOf): Books {
  const [own, late] = [demand[index] ?? [], lateBy[index] ?? []];
  const before = knowing(goods, own, late);
  const buyer = buyerOf(goods, own, late);
  return runYear(
    goods,
    { demand: own, lateBy: late },
    (day) => (day < WARM_UP_DAYS / 2 ? before : buyer),
    POLICY.marginPerCost,
  );
}

/** Of a shop a day. */
function total(years: readonly Year[], buyerOf: BuyerOf): Sum {
  const books = years.flatMap((year) => GOODS.map((goods, index) => booksOf(goods, index, year, buyerOf)));
  const days = years.length * (365 - WARM_UP_DAYS);
  const sum = (figure: (one: Books) => number) => books.reduce((all, one) => all + figure(one), 0);
  return {
    lost: sum(({ lost }) => lost) / days,
    wasted: sum(({ wasted }) => wasted) / days,
    served: sum(({ served }) => served) / books.length,
    stockDays: sum(({ stockDays }) => stockDays) / books.length,
    orders: (7 * sum(({ orders }) => orders)) / (days * GOODS.length),
  };
}

function costOf(sum: Sum | undefined): number {
  return sum === undefined ? Number.NaN : sum.lost + sum.wasted;
}
