/** From the basket to an order: signing in where that is needed, spending a reward, and sending what is pending once it can be sent. */
import { useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import { client } from '../../shared/client/client.js';
import { useLink } from '../../shared/client/connection.js';
import { useQuote } from '../../shared/client/quote.js';
import { randomId } from '../../shared/client/random-id.js';
import type { Person } from '../../shared/client/session.js';
import { useNow } from '../../shared/components/use-now.js';
import { rupiah } from '../../shared/text/format.js';
import type { GuestState } from '../account/use-guest.js';
import { go } from '../address.js';
import { requestedLines } from '../basket/basket.js';
import type { BasketRegionProps, RewardChoice } from '../basket/basket-region.js';
import { pickupSlots } from '../basket/pickup.js';
import type { BasketState } from '../basket/use-basket.js';
import type { MenuState } from '../menu/use-menu.js';
import { RedeemReward } from '../operations.js';
import { Stored, useStored } from '../stored.js';
import { text } from '../text.js';
import { listenToProgress, pendingOrder, place, presentProgress, send, show, withdraw } from './placing.js';

export interface OrderingProps {
  readonly outletId: string;
  readonly person: Person | undefined;
  readonly menu: MenuState;
  readonly basket: BasketState;
  readonly guest: GuestState;
  /** Whether the sign-in form is open for an order. */
  readonly isAsking: boolean;
  onSignIn(): void;
}

type Ordering = Omit<BasketRegionProps, 'basket' | 'timeZone' | 'onQuantity'>;

const redemptionKeys = new Stored<Readonly<Record<string, string>>>('redemption-keys', {}, isKeys);
const SLOT_MILLISECONDS = 15 * 60_000;

export function useOrdering({
  outletId,
  person,
  menu,
  basket,
  guest,
  isAsking,
  onSignIn,
}: OrderingProps): Ordering {
  const progress = useSyncExternalStore(listenToProgress, presentProgress);
  const stored = useStored(pendingOrder);
  const pending = stored?.wanted.outletId === outletId ? stored : null;
  const [pickupAt, setPickup] = useState<string>();
  const [rewardId, setReward] = useState<string>();
  const [wantsToOrder, setWantsToOrder] = useState(false);
  const { opened, state } = useLink();
  const { outlet } = menu.value ?? {};
  const quarter = Math.floor(useNow() / SLOT_MILLISECONDS) * SLOT_MILLISECONDS;
  const slots = useMemo(
    () => pickupSlots(quarter, outlet === undefined || outlet.isOpenNow ? null : outlet.nextOpensAt),
    [quarter, outlet],
  );
  const rewards = rewardsOf(guest);
  const reward = rewards.find(({ id }) => id === rewardId);
  const { checked } = basket;
  const isQuotable = checked.lines.length > 0 && !checked.isBlocked;
  const quote = useQuote(
    isQuotable ? { outletId, lines: requestedLines(checked), rewardDiscount: reward?.amountOff ?? 0 } : null,
    checked.total,
  );

  const order = async (personId: string, expectsTotal: boolean) => {
    const redemptionId = reward === undefined ? undefined : await redemptionOf(reward);
    if (reward !== undefined && redemptionId === undefined) return;
    const shown = quote?.total.amount ?? checked.total - (reward?.amountOff ?? 0);
    const wanted = {
      outletId,
      lines: requestedLines(checked),
      ...(redemptionId === undefined ? {} : { redemptionIds: [redemptionId] }),
      ...(expectsTotal ? { expectedTotal: shown } : {}),
      ...(pickupAt === undefined ? {} : { pickupAt }),
    };
    await basket.acceptPrices();
    await place(wanted, personId);
  };

  const begin = (expectsTotal: boolean) => {
    show({ state: 'idle' });
    if (person === undefined) {
      setWantsToOrder(true);
      onSignIn();
    } else void order(person.id, expectsTotal);
  };

  // Who closed the form does not want to order any more.
  useEffect(() => {
    if (person === undefined && !isAsking) setWantsToOrder(false);
  }, [person, isAsking]);

  // Who signed in to order has ordered.
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is about the moment of signing in.
  useEffect(() => {
    if (person === undefined || !wantsToOrder) return;
    setWantsToOrder(false);
    void order(person.id, true);
  }, [person, wantsToOrder]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: each time the link is back.
  useEffect(() => {
    const sendPending = () => {
      if (person !== undefined) void send(person.id);
    };
    sendPending();
    addEventListener('online', sendPending);
    return () => removeEventListener('online', sendPending);
  }, [person, opened, state]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: it is about what an order came to.
  useEffect(() => {
    if (progress.state === 'placed') {
      setPickup(undefined);
      setReward(undefined);
      show({ state: 'idle' });
      void guest.refresh();
      go({ order: progress.orderId });
    } else if (progress.state === 'refused') void menu.refresh();
  }, [progress]);

  return {
    slots,
    pickupAt,
    rewards,
    reward,
    quote,
    pending,
    progress,
    onPickup: setPickup,
    onReward: setReward,
    onOrder: () => begin(true),
    onAccept: () => begin(false),
    onWithdraw: () => void withdraw(),
    onDismiss: () => show({ state: 'idle' }),
  };
}

function rewardsOf({ value }: GuestState): readonly RewardChoice[] {
  if (value === undefined) return [];
  const redeemed = (value.me.redemptions?.nodes ?? [])
    .filter(({ status }) => status === 'AVAILABLE')
    .map(({ id, reward, amountOff }) => ({
      id: `redemption:${id}`,
      label: text.rewardOff(reward.name, rupiah(amountOff.amount)),
      amountOff: amountOff.amount,
    }));
  const affordable = (value.rewards ?? [])
    .filter(({ points }) => points <= value.me.loyalty.points)
    .map(({ id, name, points, amountOff }) => ({
      id: `reward:${id}`,
      label: text.rewardOff(text.redeem(name, points), rupiah(amountOff.amount)),
      amountOff: amountOff.amount,
    }));
  return [...redeemed, ...affordable];
}

/** Spends the points for it, once, where that has not been done; undefined where it failed, which is shown. */
async function redemptionOf({ id }: RewardChoice): Promise<string | undefined> {
  const [kind, key = ''] = id.split(':');
  if (kind === 'redemption') return key;
  const known = (await redemptionKeys.read())[key] ?? randomId();
  await redemptionKeys.change((keys) => ({ ...keys, [key]: known }));
  const input = { rewardId: key, idempotencyKey: known };
  const { data, error } = await client.mutation(RedeemReward, { input }).toPromise();
  const answer = data?.redeemReward;
  if (answer == null) {
    const message =
      error?.networkError === undefined ? (error?.graphQLErrors[0]?.message ?? '') : text.unreachableNow;
    show({ state: 'refused', errors: [{ code: 'INVALID_STATE', field: null, message, retryAt: null }] });
    return undefined;
  }
  await redemptionKeys.change(({ [key]: _, ...others }) => others);
  if (answer.redemption == null) show({ state: 'refused', errors: answer.userErrors });
  return answer.redemption?.id;
}

function isKeys(value: unknown): value is Readonly<Record<string, string>> {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.values(value).every((key) => typeof key === 'string')
  );
}
