/** Which providers take which method of payment. Cash has none: it is confirmed at the counter. */
export type PaymentMethod = 'CASH' | 'CARD' | 'GOPAY' | 'OVO' | 'DANA' | 'QRIS';
export type OnlineMethod = Exclude<PaymentMethod, 'CASH'>;
export type ProviderName = 'MIDTRANS' | 'XENDIT';

/** In the order in which they are asked. A QRIS code is the same to the guest whoever issues it. */
const PROVIDERS: Readonly<Record<OnlineMethod, readonly [ProviderName, ...ProviderName[]]>> = {
  CARD: ['MIDTRANS'],
  GOPAY: ['MIDTRANS'],
  QRIS: ['MIDTRANS', 'XENDIT'],
  OVO: ['XENDIT'],
  DANA: ['XENDIT'],
};

export function providerOf(method: PaymentMethod): ProviderName | 'CASH' {
  return method === 'CASH' ? 'CASH' : PROVIDERS[method][0];
}

/** Who is asked when the call of `provider` has reached nobody; null when nobody else takes the method. */
export function providerAfter(method: OnlineMethod, provider: ProviderName): ProviderName | null {
  const providers = PROVIDERS[method];
  return providers[providers.indexOf(provider) + 1] ?? null;
}
