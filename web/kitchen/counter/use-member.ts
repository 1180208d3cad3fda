/**
 * The name of the member whose phone or code was given with an order. Staff may read it from a moment after the order was placed, so it is asked for
 * until it is there.
 */
import { useEffect, useState } from 'react';
import { client } from '../../shared/client/client.js';
import { MemberOfSale } from './operations.js';

const ASK_AGAIN_MILLISECONDS = 700;

/** @param isMember whether a phone or code was given. @returns undefined until it is read. */
export function useMember(orderId: string, isMember: boolean): string | undefined {
  const [name, setName] = useState<string>();
  useEffect(() => {
    setName(undefined);
    if (!isMember) return;
    let isOver = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const ask = async () => {
      const { data } = await client.query(MemberOfSale, { orderId }).toPromise();
      if (isOver) return;
      const found = data?.order?.customer?.name;
      if (found === undefined) timer = setTimeout(ask, ASK_AGAIN_MILLISECONDS);
      else setName(found);
    };
    void ask();
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [orderId, isMember]);
  return name;
}
