/** What all tickets come to: drinks to make, and ingredients by what the scales say. What does not cover the tickets stands first. */
import type { Live } from '../../shared/client/live.js';
import { Panel, Skeleton } from '../../shared/components/panel.js';
import type { Menu } from '../menu.js';
import type { Ticket } from '../queue/kitchen-state.js';
import { kitchenText } from '../text.js';
import { drinksOf, ingredientsOf } from './totals.js';
import styles from './totals-panel.module.css';
import type { Levels } from './use-levels.js';

const MOST_INGREDIENTS = 6;

export interface TotalsPanelProps {
  readonly tickets: readonly Ticket[];
  readonly menu: Menu | undefined;
  readonly levels: Live<Levels>;
}

export function TotalsPanel({ tickets, menu, levels }: TotalsPanelProps) {
  const drinks = drinksOf(tickets);
  const ingredients =
    menu === undefined || levels.value === undefined
      ? undefined
      : ingredientsOf(tickets, menu.items, levels.value.values());
  return (
    <Panel title={kitchenText.totals} className={styles.totals}>
      <h3 className={styles.title}>{kitchenText.toMake}</h3>
      {drinks.length === 0 ? (
        <p className={styles.none}>{kitchenText.nothingToMake}</p>
      ) : (
        <ul className={styles.drinks}>
          {drinks.map(({ name, quantity }) => (
            <li key={name}>
              <b>{quantity}</b> <span>{name}</span>
            </li>
          ))}
        </ul>
      )}
      <Panel title={kitchenText.ingredients} level={3} live={levels} skeleton={<Skeleton rows={4} />}>
        {ingredients?.length === 0 && <p className={styles.none}>{kitchenText.noScales}</p>}
        <ul className={styles.ingredients}>
          {ingredients?.slice(0, MOST_INGREDIENTS).map(({ ingredientId, name, servings, needed, covered }) =>
            covered < needed ? (
              <li key={ingredientId} className={styles.short}>
                <svg viewBox="0 0 20 20" aria-hidden="true">
                  <path d="M10 2 19 18H1zM9 8v5h2V8zm0 6v2h2v-2z" fillRule="evenodd" />
                </svg>
                <b>{kitchenText.covers(name, covered, needed)}</b>
              </li>
            ) : (
              <li key={ingredientId}>
                <span>{name}</span>
                <b key={servings} className={styles.moved}>
                  {kitchenText.servings(servings)}
                </b>
              </li>
            ),
          )}
        </ul>
      </Panel>
    </Panel>
  );
}
