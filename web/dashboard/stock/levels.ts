/** The rows of the stock table: an ingredient each, over all outlets that are shown, what runs out first at the top. */
import type { StockRow } from '../data/stock.js';

export interface Level {
  /** Of the ingredient. */
  readonly id: string;
  readonly name: string;
  readonly unit: StockRow['unit'];
  readonly onHand: number;
  readonly available: number;
  readonly promised: number;
  /** Of the outlet where it runs out first. */
  readonly runsOutAt: string | null;
  readonly state: 'good' | 'warn' | 'bad';
  /** What runs out first at the top. */
  readonly items: readonly StockRow[];
}

const STATES: readonly Level['state'][] = ['bad', 'warn', 'good'];

export function levelsOf(rows: Iterable<StockRow>): Level[] {
  const byIngredient = new Map<string, StockRow[]>();
  for (const row of rows) {
    const known = byIngredient.get(row.ingredient.id);
    if (known === undefined) byIngredient.set(row.ingredient.id, [row]);
    else known.push(row);
  }
  return [...byIngredient.values()].flatMap(levelOf).sort(soonestFirst);
}

function levelOf(rows: readonly StockRow[]): Level[] {
  const items = [...rows].sort((one, other) => soonestFirst(ofItem(one), ofItem(other)));
  const [first] = items;
  if (first === undefined) return [];
  const sum = (figure: (row: StockRow) => number) => items.reduce((total, row) => total + figure(row), 0);
  return [
    {
      ...ofItem(first),
      onHand: sum(({ onHand }) => onHand),
      available: sum(({ available }) => available),
      promised: sum(({ reserved, drawn }) => reserved + drawn),
      items,
    },
  ];
}

function ofItem(row: StockRow): Level {
  const { ingredient, unit, onHand, available, reserved, drawn, runsOutAt } = row;
  const state = stateOf(row);
  const figures = { unit, onHand, available, promised: reserved + drawn, runsOutAt };
  return { id: ingredient.id, name: ingredient.name, ...figures, state, items: [row] };
}

export function stateOf({ available, reorderPoint }: StockRow): Level['state'] {
  return available === 0 ? 'bad' : available <= reorderPoint ? 'warn' : 'good';
}

function soonestFirst(one: Level, other: Level): number {
  return (
    STATES.indexOf(one.state) - STATES.indexOf(other.state) ||
    (one.runsOutAt ?? '9').localeCompare(other.runsOutAt ?? '9') ||
    one.name.localeCompare(other.name)
  );
}
