/** Which providers take which method of payment. Cash has none: it is confirmed at the counter. */
/** In the order in which guests are shown them. */
export const PAYMENT_METHODS = ['CASH', 'CARD', 'GOPAY', 'OVO', 'DANA', 'QRIS'] as const;
export type PaymentMethod = (typeof PAYMENT_METHODS)[number];
export type OnlineMethod = Exclude<PaymentMethod, 'CASH'>;

export const PROVIDERS = ['MIDTRANS', 'XENDIT'] as const;
export type ProviderName = (typeof PROVIDERS)[number];

/** In the order in which they are tried. To the guest a QRIS code is the same from either. */
const PROVIDERS_OF: Readonly<Record<OnlineMethod, readonly [ProviderName, ...ProviderName[]]>> = {
  CARD: ['MIDTRANS'],
  GOPAY: ['MIDTRANS'],
  QRIS: ['MIDTRANS', 'XENDIT'],
  OVO: ['XENDIT'],
  DANA: ['XENDIT'],
};

/** The provider to try first; null where none of `available` takes the method. */
export function providerOf(
  method: PaymentMethod,
  available: ReadonlySet<ProviderName>,
): ProviderName | 'CASH' | null {
  if (method === 'CASH') return 'CASH';
  return PROVIDERS_OF[method].find((provider) => available.has(provider)) ?? null;
}

/** The provider to try when `provider` could not be reached; null when no other takes the method. */
export function providerAfter(
  method: OnlineMethod,
  provider: ProviderName,
  available: ReadonlySet<ProviderName>,
): ProviderName | null {
  const others = PROVIDERS_OF[method].slice(PROVIDERS_OF[method].indexOf(provider) + 1);
  return others.find((other) => available.has(other)) ?? null;
}
