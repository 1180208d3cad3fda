/**
 * Every event type with the shape of its `data`. A name is `<aggregate>.<what happened>`; the aggregate's id and version are
 * in the envelope. State-carrying events (`….changed`) contain the whole state, so that a consumer's copy needs nothing else.
 */
import type { RoleGrant } from '../identity/identity.js';
import type { Origin } from '../identity/origin.js';
import type { OpeningException, OutletStatus, WeeklyOpening } from '../kit/opening-hours.js';
import type { OrderTax, TaxClass } from '../order-charges.js';
import type { PlaceSettings } from '../outlet-settings/inheritance.js';
import type { SettingLevel } from '../outlet-settings/registry.js';

export interface EventData {
  // menu
  'franchise.changed': { franchiseId: string; name: string };
  'outlet.changed': {
    outletId: string;
    franchiseId: string;
    name: string;
    city: string;
    address: string;
    phone: string;
    timeZone: string;
    /** As the rest of the times, left out in events from before outlets could be closed: OPEN. */
    status?: OutletStatus;
    /** ISO 8601: when a pause ends by itself; null otherwise. */
    pausedUntil?: string | null;
    /** Left out or empty for all day, every day. */
    openingHours?: WeeklyOpening[];
    openingExceptions?: OpeningException[];
    /** Of an outlet that was made from another, in its first event alone: that outlet. */
    copyOf?: string;
  };
  /** What the chain, a franchise or an outlet has set of the settings of outlets. Aggregate: the franchise or outlet, or `chain`. */
  'settings.changed': {
    level: SettingLevel;
    /** Null for the chain's. */
    placeId: string | null;
    /** By key; what is not here is not set there. */
    settings: PlaceSettings;
  };
  'menu-item.changed': {
    menuItemId: string;
    name: string;
    category: string;
    price: number;
    isLimited: boolean;
    isArchived: boolean;
    preparationSeconds: number;
    /** Which tax a sale of it bears; left out for RESTAURANT. */
    taxClass?: TaxClass;
    /** Both days included, in the outlet's own calendar; null for all the year. Each begins with its day, `YYYY-MM-DD`. */
    season: { name: string; from: string; until: string } | null;
    recipe: RecipeLine[];
    optionGroups: OptionGroup[];
    /** The price before `effectiveAt`; left out where it does not change. */
    previousPrice?: number;
    /** Left out where nothing of the item has a name in English. */
    englishNames?: EnglishNames;
  } & DatedPrices;
  /** The names that an item had in English, at its version of then: for copies from before they had them. */
  'menu-item.names-carried-forward': { menuItemId: string; englishNames: EnglishNames };
  /** What a serving took when this event came to be, with its default options, at the item's version of then. */
  'menu-item.recipe-carried-forward': { menuItemId: string; isArchived: boolean; recipe: RecipeLine[] };
  /** What category an item has, at its version of then; where an outlet is. For copies from before they had either. */
  'menu-item.category-carried-forward': { menuItemId: string; category: string };
  'outlet.city-carried-forward': { outletId: string; city: string };
  /** Which franchise an outlet belongs to, at its version of then: for copies that began later than the outlet. */
  'outlet.tenant-carried-forward': { outletId: string; franchiseId: string };
  /** An outlet's own price and offer of one item. Aggregate: `${menuItemId}:${outletId}`. */
  'outlet-price.changed': {
    menuItemId: string;
    outletId: string;
    /** Null for the chain's price. */
    price: number | null;
    /** Takes effect at once, whatever the price does. */
    isOffered: boolean;
    /** The price before `effectiveAt`, null for the chain's; left out where it does not change. */
    previousPrice?: number | null;
  } & DatedPrices;
  /** Staff took an item or an option off at an outlet, or put it back. Aggregate: `${subjectId}:${outletId}`. */
  'hand-availability.changed': {
    outletId: string;
    menuItemId: string;
    /** Of the item, or of an option of it. */
    subjectId: string;
    isAvailable: boolean;
    /** ISO 8601: from then on it is available again. Null until it is put back, and where it is available. */
    until: string | null;
  };
  'promotion.changed': {
    promotionId: string;
    name: string;
    /** One of the two is null. */
    percent: number | null;
    amountOff: number | null;
    menuItemIds: string[];
    /** Empty for every outlet. */
    outletIds: string[];
    /** ISO 8601, as the two after it. */
    startsAt: string;
    endsAt: string;
    endedAt: string | null;
    /** Pieces in all; null for any number. */
    quantity: number | null;
  };

  // order
  'order.placed': {
    orderId: string;
    number: string;
    /** Null for a guest without an account. */
    customerId: string | null;
    outletId: string;
    franchiseId: string;
    /** Staff took it at the counter; left out where its customer placed it. */
    isCounter?: true;
    total: number;
    placedAt: string;
    lines: PlacedLine[];
    /** What rewards take off the sum of the lines; left out for nothing, as all amounts below. */
    rewardDiscount?: number;
    serviceCharge?: number;
    /** In the prices, or added to them, each of the whole order. */
    taxes?: OrderTax[];
    /** What rounding adds to the total, or takes off. */
    rounding?: number;
    /** What stock has to reserve, summed per ingredient, in its unit. */
    requirements: RecipeLine[];
  };
  'order.awaiting-payment': OrderRef & { total: number };
  /** `soldOut`: the lines that take what ran out; left out where stock did not say. */
  'order.rejected': OrderRef & {
    reason: string;
    soldOut?: { menuItemId: string; name: string; ingredientIds: string[] }[];
  };
  /** `drink`: what became of one that was being made; left out where none was. */
  'order.cancelled': OrderRef & { reason: string; drink?: 'WASTED' | 'GIVEN_AWAY' } & SalesChanged;
  /** `receipt`: for the mail to its customer; left out of an order without one, and in events from before there were such mails. */
  'order.paid': OrderRef & { paymentId: string; total: number; receipt?: PaidReceipt } & SalesChanged;
  'order.preparing': OrderRef;
  'order.ready': OrderRef;
  'order.completed': OrderRef & { total: number };
  'order.refunded': OrderRef & { total: number } & SalesChanged;
  /** The kitchen took back its last step: the order has again the status that it had before `undone`. */
  'order.step-undone': OrderRef & StepUndone;
  /** Lines of an order are made a second time, for which the order is PREPARING; it costs what it did. */
  'order.lines-remade': OrderRef & {
    lines: { menuItemId: string; name: string; quantity: number }[];
    /** What stock has to take for it, summed per ingredient, in its unit. */
    requirements: RecipeLine[];
  };
  /**
   * An item is offered in place of what ran out of the order, accepted by its guest, and made once stock has reserved it (TAKEN), or not
   * (FAILED); the order costs what it did.
   */
  'order.substitution-changed': OrderRef & {
    menuItemId: string;
    name: string;
    status: 'OFFERED' | 'ACCEPTED' | 'TAKEN' | 'FAILED';
    /** That of the order, which stays. */
    orderStatus: 'AWAITING_PAYMENT' | 'PAID';
    /** Of one that is ACCEPTED: what stock may release, and has to reserve in its place, each summed per ingredient, in its unit. */
    released?: RecipeLine[];
    requirements?: RecipeLine[];
  };
  /**
   * A refund of part of the payment, or a lost dispute, changed what the order adds to the sales figures, and not its status. It has the
   * order's version.
   */
  'order.sale-changed': OrderRef & SalesChanged;
  /** A redemption was applied to an order, and returned when the order ended unpaid. Aggregate: the redemption. */
  'order.reward-applied': RewardUse;
  'order.reward-returned': RewardUse;
  /** The figures of a run of a schedule (`schedule.due`). Aggregate: the run. */
  'sales-report.made': {
    runId: string;
    /** Of the outlet or the franchise; null for several places. */
    place: string | null;
    from: string;
    to: string;
    total: ReportedFigures;
    /** Of as many days before. */
    before: ReportedFigures;
    by: 'HOUR' | 'DAY' | 'OUTLET';
    /** `key`: the hour (0 to 23), the day, or the outlet's name. */
    rows: ({ key: string } & ReportedFigures)[];
  };
  /** There are no figures: the owner may not see them, the place does not exist, or they cannot be made. Aggregate: the run. */
  'sales-report.refused': { runId: string; because: 'FORBIDDEN' | 'NOT_FOUND' | 'FAILED' };
  /** Sales of an outlet that no event of an order says: of the time before orders' events did. Aggregate: the event itself. */
  'sales.carried-forward': { outletId: string; franchiseId: string } & SalesChanged;

  // stock
  /** What is on hand, for a run of a schedule (`schedule.due`). Aggregate: the run. */
  'stock-report.made': {
    runId: string;
    /** Of the outlet; null for several places. */
    place: string | null;
    /** ISO 8601. */
    at: string;
    items: number;
    /** Of them at or below their reorder point. */
    lowItems: number;
    /** Those at or below their reorder point first; 5,000 at most. */
    rows: StockReportRow[];
  };
  /** There is no report: the owner may not see the stock, or the place does not exist. Aggregate: the run. */
  'stock-report.refused': { runId: string; because: 'FORBIDDEN' | 'NOT_FOUND' };
  'stock.reserved': { orderId: string; outletId: string };
  'stock.rejected': {
    orderId: string;
    outletId: string;
    shortages: { ingredientId: string; missing: number }[];
  };
  'stock.low': {
    stockItemId: string;
    outletId: string;
    franchiseId: string;
    ingredientName: string;
    available: number;
    reorderPoint: number;
  };
  /** Goods of a delivery expire soon, of which something is left: once each. */
  'stock.expiring': {
    stockItemId: string;
    outletId: string;
    franchiseId: string;
    ingredientName: string;
    /** The last day on which they are good. */
    bestBefore: string;
    /** From today on: below 0 for what has expired. */
    daysLeft: number;
    quantity: number;
  };
  'stock.at-risk': {
    stockItemId: string;
    outletId: string;
    franchiseId: string;
    ingredientName: string;
    orderIds: string[];
  };
  /** Staff gave up an order whose reservation the item's level no longer covers. Aggregate: the order; it says nothing of its version. */
  'stock.reservation-withdrawn': { orderId: string; outletId: string; stockItemId: string };
  /** Staff offer an item in place of what takes an ingredient of such an order. Aggregate: the order; it says nothing of its version. */
  'stock.substitution-proposed': {
    orderId: string;
    outletId: string;
    ingredientId: string;
    menuItemId: string;
  };
  /** Whether what the order requires with a substitute is reserved in place of what was. Aggregate: the order; as above. */
  'stock.substitution-decided': { orderId: string; outletId: string; isReserved: boolean };
  /** An ingredient of a limited item ran out at an outlet, or is there again. Aggregate: the stock item. */
  'stock.limited-availability-changed': { outletId: string; ingredientId: string; available: number };
  /** No serving of an item is left at an outlet, or there is one again. Aggregate: `${menuItemId}:${outletId}`. */
  'stock.sold-out-changed': {
    outletId: string;
    franchiseId: string;
    menuItemId: string;
    isSoldOut: boolean;
    /** ISO 8601: when it was found to be so, within a minute of when it became so. */
    at: string;
  };

  /** An order to a supplier took a step; `status` is the one after it. Aggregate: that order. */
  'purchase-order.approved': PurchaseOrderRef;
  'purchase-order.sent': PurchaseOrderRef;
  /** A delivery came for it: of a part, or of all that was outstanding. */
  'purchase-order.received': PurchaseOrderRef & { deliveryId: string };
  /** The rest will not come. */
  'purchase-order.closed': PurchaseOrderRef;
  'purchase-order.cancelled': PurchaseOrderRef;

  // payment
  /** The order's total is met, by this payment and those of its parts (`payment.part-captured`) that were captured before it. */
  'payment.captured': PaymentRef & CapturedMoney;
  /** A part of the order's total was captured, and the total is not met by it. */
  'payment.part-captured': PaymentRef & CapturedMoney;
  'payment.failed': PaymentRef & { reason: string };
  /**
   * Part or all of an order's payment was given back, once per refund, wherever it was made. Totals of a payment's refunds
   * rise with `aggregateVersion`, so a consumer that keeps the highest version is right whatever order they arrive in.
   */
  'payment.refunded': PaymentRef & {
    refundId: string;
    /** What this refund gave back. */
    amount: number;
    /** What the payment's refunds have given back so far, this one included. */
    refundedTotal: number;
    /** What disputes of the payment have taken for good so far; left out where that is nothing. */
    lostTotal?: number;
    /** What the payment captured. */
    capturedTotal: number;
    /** `refundedTotal` has reached `capturedTotal`. */
    isFull: boolean;
    /** What of `amount` was of the tip; left out for nothing. */
    tip?: number;
    /** ISO 8601. */
    refundedAt: string;
    /** Left out where the payment alone paid for its order, and for nothing else. */
    ofOrder?: OrderMoney;
  };
  'payment.dispute-opened': PaymentRef & { disputeId: string; amount: number; reason: string };
  'payment.dispute-closed': PaymentRef & {
    disputeId: string;
    amount: number;
    outcome: 'WON' | 'LOST';
    /**
     * Of a dispute that took money of the order for good. Left out for one that was won, and for a payment that was never the
     * order's. `refundedTotal` and `lostTotal` only rise, as those of `payment.refunded`.
     */
    loss?: {
      refundedTotal: number;
      /** This dispute included. */
      lostTotal: number;
      capturedTotal: number;
      /** What this dispute took of the tip; left out for nothing. */
      tip?: number;
      /** ISO 8601. */
      lostAt: string;
      /** Left out where the payment alone paid for its order, and for nothing else. */
      ofOrder?: OrderMoney;
    };
  };

  // customer
  'customer.registered': { customerId: string; name: string };
  /** A customer's phone number, by which staff find a member at the counter; null where it was deleted. Aggregate: the customer. */
  'customer.phone-changed': { customerId: string; phone: string | null };
  /**
   * Where mails to a customer go: the account's address, name and language, and whether the address is confirmed. Aggregate: the customer;
   * versions are of these alone. Written by triggers of the table, so that no change of an account is without it.
   */
  'customer.contact-changed': {
    customerId: string;
    email: string;
    name: string;
    language: 'id' | 'en';
    isVerified: boolean;
  };
  /** The roles that an account holds, CUSTOMER left out. Aggregate: the customer; versions are of these alone. Written by triggers, as above. */
  'customer.roles-changed': { customerId: string; roles: RoleGrant[] };
  /** A person agrees that figures about customers count them, or withdraws that. Aggregate: the customer; versions are of the consent alone. */
  'customer.analytics-consent-changed': {
    customerId: string;
    isGranted: boolean /** ISO 8601. */;
    at: string;
  };
  /** The account was deleted: what it says about the person goes everywhere; also the links that were mailed to the address for no account. */
  'customer.erased': { customerId: string; linkIds?: string[] };
  /** Something is to be said to one person by e-mail. Aggregate: the mail. */
  'mail.requested': {
    mailId: string;
    /** Whose account it is about; null where there is none yet. */
    customerId: string | null;
    /** The address that it goes to. */
    to: string;
    kind: MailKind;
    language: 'id' | 'en';
    /** The one-time link in it; its token is derived from `linkId` where the mail is written. */
    link: { purpose: LinkPurpose; linkId: string /** ISO 8601. */; expiresAt: string } | null;
    /** What the text says, by the kind. */
    facts: Record<string, string>;
  };
  'loyalty.points-earned': { customerId: string; orderId: string; points: number; balance: number };
  /** Points were spent on a reward that takes an amount off one order. Aggregate: the redemption. */
  'reward.redeemed': {
    redemptionId: string;
    customerId: string;
    name: string;
    amountOff: number;
    /** That it cost; left out in events from before the event log. */
    points?: number;
  };
  /**
   * The points of a redemption that no order had used were taken back, because a refund took the points that paid for it: it
   * takes nothing off any further order. Aggregate: the redemption.
   */
  'reward.voided': { redemptionId: string; customerId: string };

  // messages
  /** A person switched notifications of a kind by a channel on or off. Aggregate: `${customerId}:${kind}:${channel}`. */
  'notification.preference-changed': {
    customerId: string;
    /** As the schema has them. */
    kind: string;
    channel: 'IN_APP' | 'EMAIL' | 'PUSH';
    isOn: boolean;
  };
  /** A webhook is posted to no more: its receiver is gone, or nothing but failed for days. */
  'webhook.disabled': {
    webhookId: string;
    /** Both null for the chain's. */
    franchiseId: string | null;
    outletId: string | null;
    because: 'GONE' | 'FAILING';
  };

  /**
   * A run of a schedule begins. The subgraph that does its action does it once for each run, by these roles of the schedule's owner, and publishes what came of
   * it. Aggregate: the run.
   */
  'schedule.due': {
    scheduleId: string;
    runId: string;
    action: 'SALES_REPORT' | 'STOCK_REPORT';
    ownerId: string;
    roles: RoleGrant[];
    /** Both null for all that the owner may see. */
    franchiseId: string | null;
    outletId: string | null;
    /** The days that it is about, `YYYY-MM-DD`, both included. */
    from: string;
    to: string;
  };

  // every subgraph
  /** A change that is not a guest's own, for the audit trail. Aggregate: the record, which never changes. */
  'change.recorded': {
    /** The mutation. */
    action: string;
    actorId: string;
    entity: { type: string; id: string };
    /** Both null for what is the whole chain's. */
    franchiseId: string | null;
    outletId: string | null;
    /** The fields that differ; null for what was created. */
    before: ChangedFields | null;
    /** The fields that differ; null for what was removed. */
    after: ChangedFields | null;
    /** Where the request came from; null where no gateway said so. */
    origin: Origin | null;
  };
}

/**
 * Types whose data has names, addresses or phone numbers of people: their events are deleted from the outbox after its retention
 * and never reach the event log.
 */
export const PERSONAL_EVENT_TYPES: readonly (keyof EventData)[] = [
  'customer.registered',
  'customer.phone-changed',
  'customer.contact-changed',
  'mail.requested',
  'change.recorded',
];

/**
 * Fields of events with words of people, which may say anything about anybody: events reach the event log without them. A guest's are
 * erased from the outbox, too, when the account is deleted.
 */
export const FREE_TEXT_FIELDS: readonly string[] = ['reason'];

/**
 * What a mail says. Its `facts`; moments are ISO 8601, roles those of the schema:
 *
 * - `PASSWORD_RESET`: `name` of the person. Link: `reset`.
 * - `PASSWORD_CHANGED`: `name`, `at`.
 * - `EMAIL_VERIFICATION`, after sign-up: `name`. Link: `verify`.
 * - `EMAIL_CHANGE`, to the new address: `name`. Link: `verify`.
 * - `EMAIL_CHANGED`, to the former address once the new one is confirmed: `name`, `at`, `newEmail` (shortened: `n…@kedai.test`).
 * - `SECOND_FACTOR_CHANGED`: `name`, `at`, `change` (`ENABLED`, `DISABLED` or `RECOVERY_CODE_USED`).
 * - `STAFF_INVITATION`: `role`, `place` (of an outlet or franchise its name; empty for the whole chain), `invitedBy` (a name). Link: `invitation`.
 * - `FIRST_ADMIN`: none. Link: `reset`.
 * - `PURCHASE_ORDER`, to a supplier: `number`, `supplier`, `place` (the outlet), `address` and `note` (may be empty), `expectedOn` and
 *   `total` as people write them, `lines` (JSON: a list of rows of article number, item, packs and amount).
 * - `ORDER_PAID`, the receipt: `name`, `number`, `total` (in rupiah, as all amounts), `receipt` (JSON of `PaidReceipt`; left out where the
 *   event had none), `at`, `orderId` (the mail links to its receipt; mails of the release before PDF have none).
 * - `ORDER_READY`, `ORDER_CANCELLED`: `name`, `number`.
 * - `ORDER_REJECTED`: `name`, `number`, `soldOut` (names, with commas; may be empty).
 * - `ORDER_REFUNDED`: `name`, `number`, `total`.
 * - `SALES_REPORT`, to the owner of a schedule: `name`, `schedule` (its name), `report` (JSON of `sales-report.made`).
 * - `STOCK_REPORT`, to the owner of a schedule: `name`, `schedule`, `report` (JSON of `stock-report.made`).
 * - `SCHEDULE_FAILED`, to its owner: `name`, `schedule`, `dueAt`, `because` (the run's `failure`, or `FORBIDDEN`).
 */
export type MailKind =
  | 'PASSWORD_RESET'
  | 'PASSWORD_CHANGED'
  | 'EMAIL_VERIFICATION'
  | 'EMAIL_CHANGE'
  | 'EMAIL_CHANGED'
  | 'SECOND_FACTOR_CHANGED'
  | 'STAFF_INVITATION'
  | 'FIRST_ADMIN'
  | 'PURCHASE_ORDER'
  | 'SALES_REPORT'
  | 'STOCK_REPORT'
  | 'SCHEDULE_FAILED'
  | OrderMailKind;

/** Of a step of an order, to its customer. */
export type OrderMailKind =
  | 'ORDER_PAID'
  | 'ORDER_READY'
  | 'ORDER_REJECTED'
  | 'ORDER_CANCELLED'
  | 'ORDER_REFUNDED';

/** What a one-time link is for, and the page of the gateway that it opens. */
export type LinkPurpose = 'reset' | 'invitation' | 'verify';

/** Values by field, as JSON has them: amounts in whole rupiah, moments ISO 8601. */
export type ChangedFields = Readonly<Record<string, unknown>>;

/** When an event's prices take effect, so that every copy switches at the instant at which the menu does. */
export interface DatedPrices {
  /**
   * ISO 8601, by every process's own clock. Until then the `previous…` amounts hold, from then on the others; left out where
   * everything holds at once. Nothing but prices waits for it.
   */
  effectiveAt?: string;
}

/** What receipts say of a line is left out in events from before there were receipts. */
export interface PlacedLine {
  menuItemId: string;
  name: string;
  quantity: number;
  /** Unit price times quantity, less the discount. */
  subtotal: number;
  /** One unit with its options, before any promotion. */
  unitPrice?: number;
  /** What a promotion takes off the whole line; left out for nothing. */
  discount?: number;
  /** The names of those chosen; left out for none. */
  options?: string[];
}

/** What an order's total is made of. */
export interface PaidReceipt {
  lines: Pick<PlacedLine, 'name' | 'quantity' | 'subtotal' | 'options'>[];
  /** Each as in `order.placed`, and left out for nothing. */
  rewardDiscount?: number;
  serviceCharge?: number;
  taxes?: OrderTax[];
  rounding?: number;
}

export interface SalesChanged {
  /** What is added to the sales figures of the outlet; left out where that is nothing. */
  sales?: DaySales[];
}

/** What is added to the sales figures of one day in the outlet's calendar; negative where something is taken back. */
export interface DaySales {
  /** `YYYY-MM-DD` */
  day: string;
  orders: number;
  units: number;
  revenue: number;
  /** Of the revenue: lines at their prices, and what was given back of them; the rest are discounts. Left out for nothing. */
  gross?: number;
  refunds?: number;
  /** What promotions and rewards took off these orders; left out where that is nothing. */
  discounts?: number;
  /** Of service charge, taxes added to prices, taxes in the revenue, rounding, and tips; left out for nothing. */
  serviceCharge?: number;
  taxAdded?: number;
  taxIncluded?: number;
  rounding?: number;
  tips?: number;
  /** The same by menu item: an order counts once for each of its items. */
  items: {
    menuItemId: string;
    orders: number;
    units: number;
    revenue: number;
    gross?: number;
    refunds?: number;
  }[];
}

/** Quantities in the ingredient's unit. */
export interface StockReportRow {
  outlet: string;
  ingredient: string;
  unit: 'GRAM' | 'MILLILITRE' | 'PIECE';
  onHand: number;
  reserved: number;
  available: number;
  reorderPoint: number;
}

/** Of a sales report; amounts in whole rupiah. */
export interface ReportedFigures {
  orders: number;
  units: number;
  gross: number;
  discounts: number;
  refunds: number;
  revenue: number;
}

export type StepUndone =
  | { undone: 'PREPARING'; status: 'PAID' }
  | { undone: 'READY'; status: 'PREPARING' }
  | { undone: 'COMPLETED'; status: 'READY' };

export interface PurchaseOrderRef {
  purchaseOrderId: string;
  /** From 1 on, by outlet. */
  number: number;
  outletId: string;
  franchiseId: string;
  supplierId: string;
  status: 'APPROVED' | 'SENT' | 'PARTLY_RECEIVED' | 'RECEIVED' | 'CANCELLED';
  total: number;
  /** `YYYY-MM-DD`, by the outlet's calendar; null before the order is sent. */
  expectedOn: string | null;
}

export interface RewardUse {
  redemptionId: string;
  orderId: string;
  customerId: string;
}

export interface RecipeLine {
  ingredientId: string;
  quantity: number;
}

/** By the ids of the item, its option groups and their options; those whose name in English is the same are left out. */
export type EnglishNames = Readonly<Record<string, string>>;

export interface OptionGroup {
  id: string;
  name: string;
  minimum: number;
  maximum: number;
  options: {
    id: string;
    name: string;
    priceDelta: number;
    isDefault: boolean;
    /** It goes with no other option of its group; left out where it does. */
    isExclusive?: boolean;
    recipe: RecipeLine[];
    /** What `priceDelta` was before `effectiveAt`; left out where it does not change. */
    previousPriceDelta?: number;
    /** ISO 8601; left out where it is the item's. */
    effectiveAt?: string;
  }[];
}

export interface OrderRef {
  orderId: string;
  number: string;
  /** Null for a guest without an account. */
  customerId: string | null;
  outletId: string;
  franchiseId: string;
  /** Staff took it at the counter; left out where its customer placed it. */
  isCounter?: true;
}

export interface CapturedMoney {
  /** All that was captured, the tip included. */
  amount: number;
  /** What of `amount` is a tip; left out where there is none. */
  tip?: number;
  method: string;
  /** ISO 8601. */
  paidAt: string;
}

/** What became of the money of an order that several payments paid for, or one that was more than its total. */
export interface OrderMoney {
  /** The payment that met the order's total; one of its parts while none has. */
  paymentId: string;
  /** What refunds have given back and disputes have taken of the order's total; it only rises. */
  goneTotal: number;
  /** What was captured for the order, neither tips nor surplus included. */
  capturedTotal: number;
  /** Refunds have given all of it back. */
  isFull: boolean;
}

export interface PaymentRef {
  paymentId: string;
  orderId: string;
  /** Its order's: null for a guest without an account. */
  customerId: string | null;
  outletId: string;
  franchiseId: string;
}
