/** The figures of a financial report, each a sum of the ledger's postings. */
import { add } from '../../../platform/money.js';
import { type LedgerAccount, type LedgerReason, MONEY_ACCOUNTS } from './ledger.js';
import type { PaymentMethod, ProviderName } from './methods.js';

/** All postings that have these in common. */
export interface PostingSums {
  readonly reason: LedgerReason;
  readonly provider: ProviderName | 'CASH';
  readonly method: PaymentMethod;
  readonly account: LedgerAccount;
  readonly debit: number;
  readonly credit: number;
}

export interface MoneyFigures {
  readonly captured: number;
  readonly refunded: number;
  /** Held by disputes or lost to them, less what was won back. */
  readonly disputed: number;
  readonly net: number;
}

export interface AccountSums {
  readonly account: LedgerAccount;
  readonly debit: number;
  readonly credit: number;
  readonly balance: number;
}

export interface MethodSums extends MoneyFigures {
  readonly method: PaymentMethod;
  readonly provider: ProviderName | 'CASH';
}

export interface LedgerSums extends MoneyFigures {
  /** Of what was taken in, less what went back. */
  readonly tips: number;
  /** Service charges, taxes owed to region and state, and rounding; of what was taken in, less what went back. */
  readonly service: number;
  readonly tax: number;
  readonly rounding: number;
  /** What providers have kept, of what they have settled. */
  readonly fees: number;
  /** What guests are owed in the end, of these postings. */
  readonly owed: number;
  /** The sum of all postings: zero in a ledger that is whole. */
  readonly imbalance: number;
  readonly accounts: readonly AccountSums[];
  readonly methods: readonly MethodSums[];
}

export function ledgerSums(postings: readonly PostingSums[]): LedgerSums {
  return {
    ...figuresOf(postings),
    tips: creditOf(postings, 'TIPS'),
    service: creditOf(postings, 'SERVICE_CHARGES'),
    tax: creditOf(postings, 'TAX_PAYABLE'),
    rounding: creditOf(postings, 'ROUNDING'),
    fees: add(0, -creditOf(postings, 'PROVIDER_FEES')),
    owed: creditOf(postings, 'OWED_TO_CUSTOMERS'),
    imbalance: add(debitsOf(postings), -creditsOf(postings)),
    accounts: groupsOf(postings, ({ account }) => account).map(([{ account }, group]) => {
      const [debit, credit] = [debitsOf(group), creditsOf(group)];
      return { account, debit, credit, balance: add(debit, -credit) };
    }),
    methods: groupsOf(postings, ({ method, provider }) => `${method} ${provider}`).map(
      ([{ method, provider }, group]) => ({ method, provider, ...figuresOf(group) }),
    ),
  };
}

const ACCOUNTS_OF_MONEY: ReadonlySet<LedgerAccount> = new Set(Object.values(MONEY_ACCOUNTS));

/** What a booking moves is what it moves of the accounts where money is. */
function figuresOf(postings: readonly PostingSums[]): MoneyFigures {
  const moved = (wanted: LedgerReason) => {
    const some = postings.filter(
      ({ reason, account }) => reason === wanted && ACCOUNTS_OF_MONEY.has(account),
    );
    return Math.abs(add(debitsOf(some), -creditsOf(some)));
  };
  const captured = moved('CAPTURE');
  const refunded = moved('REFUND');
  const disputed = add(moved('DISPUTE_OPENED'), -moved('DISPUTE_WON'));
  return { captured, refunded, disputed, net: netOf({ captured, refunded, disputed }) };
}

export function netOf({ captured, refunded, disputed }: Omit<MoneyFigures, 'net'>): number {
  return add(captured, -refunded, -disputed);
}

/** Credit less debit of an account. */
function creditOf(postings: readonly PostingSums[], wanted: LedgerAccount): number {
  const ofAccount = postings.filter(({ account }) => account === wanted);
  return add(creditsOf(ofAccount), -debitsOf(ofAccount));
}

function debitsOf(postings: readonly PostingSums[]): number {
  return add(...postings.map(({ debit }) => debit));
}

function creditsOf(postings: readonly PostingSums[]): number {
  return add(...postings.map(({ credit }) => credit));
}

/** The groups by key, in the order of their keys, each with its first member. */
function groupsOf<Item>(items: readonly Item[], keyOf: (item: Item) => string): [Item, Item[]][] {
  const groups = new Map<string, [Item, Item[]]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item, [item]]);
    else group[1].push(item);
  }
  return [...groups].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, group]) => group);
}
