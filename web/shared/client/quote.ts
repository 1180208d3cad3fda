/** What an outlet asks for lines before they are ordered, promotions, service and taxes included. */
import { useEffect, useState } from 'react';
import { OrderQuote, type OrderQuoteQuery, type OrderQuoteQueryVariables } from '../operations.js';
import { client } from './client.js';
import { useLink } from './connection.js';

export type Quote = NonNullable<NonNullable<NonNullable<OrderQuoteQuery['outlet']>['quote']>['quote']>;

/** Several presses in a row are asked about once. */
const PAUSE_MILLISECONDS = 150;

/**
 * Asks whenever what is asked changes, and when the link is back.
 * @param asked null for nothing to ask. @param prices of the lines by the menu: where they change, the quote does.
 * @returns undefined while it is not known, and where the outlet could not take the lines as an order.
 */
export function useQuote(asked: OrderQuoteQueryVariables | null, prices: number): Quote | undefined {
  const { opened } = useLink();
  const [answered, setAnswered] = useState<{ readonly question: string; readonly quote: Quote | null }>();
  const variables = asked === null ? null : JSON.stringify(asked);
  const question = `${variables} ${prices} ${opened}`;
  useEffect(() => {
    if (variables === null) return;
    let isOver = false;
    const ask = async () => {
      const { data } = await client.query(OrderQuote, JSON.parse(variables)).toPromise();
      if (!isOver) setAnswered({ question, quote: data?.outlet?.quote?.quote ?? null });
    };
    const timer = setTimeout(() => void ask(), PAUSE_MILLISECONDS);
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [question, variables]);
  return answered?.question === question ? (answered.quote ?? undefined) : undefined;
}
