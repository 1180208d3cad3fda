/** Which provider takes which method of payment. Cash has none: it is confirmed at the counter. */
export type PaymentMethod = 'CASH' | 'CARD' | 'GOPAY' | 'OVO' | 'DANA' | 'QRIS';
export type OnlineMethod = Exclude<PaymentMethod, 'CASH'>;
export type ProviderName = 'MIDTRANS' | 'XENDIT';

const PROVIDERS: Readonly<Record<OnlineMethod, ProviderName>> = {
  CARD: 'MIDTRANS',
  GOPAY: 'MIDTRANS',
  QRIS: 'MIDTRANS',
  OVO: 'XENDIT',
  DANA: 'XENDIT',
};

export function providerOf(method: PaymentMethod): ProviderName | 'CASH' {
  return method === 'CASH' ? 'CASH' : PROVIDERS[method];
}
