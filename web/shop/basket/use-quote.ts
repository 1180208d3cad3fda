/** What the outlet asks for the basket, taxes and service included: asked for again whenever the basket, its prices or the reward change. */
import { useEffect, useMemo, useState } from 'react';
import { client } from '../../shared/client/client.js';
import { useLink } from '../../shared/client/connection.js';
import { ShopQuote, type ShopQuoteQuery } from '../operations.js';
import { type CheckedBasket, requestedLines } from './basket.js';

export type Quote = NonNullable<NonNullable<NonNullable<ShopQuoteQuery['outlet']>['quote']>['quote']>;

/** Several presses in a row are asked about once. */
const PAUSE_MILLISECONDS = 150;

/** @returns undefined while it is not known, and where the outlet could not take the basket as an order. */
export function useQuote(outletId: string, basket: CheckedBasket, rewardDiscount: number): Quote | undefined {
  const { opened } = useLink();
  const [answered, setAnswered] = useState<{ readonly question: string; readonly quote: Quote | null }>();
  const lines = useMemo(() => requestedLines(basket), [basket]);
  const isAsked = lines.length > 0 && !basket.isBlocked;
  // The sum changes with the menu's prices.
  const question = JSON.stringify([outletId, lines, rewardDiscount, basket.total, opened]);
  useEffect(() => {
    if (!isAsked) return;
    let isOver = false;
    const ask = async () => {
      const variables = { outletId, lines, rewardDiscount };
      const { data } = await client.query(ShopQuote, variables).toPromise();
      if (!isOver) setAnswered({ question, quote: data?.outlet?.quote?.quote ?? null });
    };
    const timer = setTimeout(() => void ask(), PAUSE_MILLISECONDS);
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [question, isAsked, outletId, lines, rewardDiscount]);
  return isAsked && answered?.question === question ? (answered.quote ?? undefined) : undefined;
}
