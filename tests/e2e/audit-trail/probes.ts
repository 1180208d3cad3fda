/** Each mutation that is not a guest's own, executed by the person whose work it is, and the entry that it has to make. */
import { expect } from 'vitest';
import { newId } from '../../../platform/ids.js';
import type { FrontEnd } from '../../support/front-end.js';
import { eventually } from '../../support/wait.js';
import type { Person, ShopFloor } from './shop-floor.js';

export interface Probe {
  readonly by: Person;
  /**
   * Prepares what the mutation needs, then executes it by `frontEnd`, and nothing else by that.
   * @returns the entry's own fields.
   */
  execute(floor: ShopFloor, frontEnd: FrontEnd): Promise<ExpectedEntry>;
}

export interface ExpectedEntry {
  readonly entity: string;
  readonly entityType: string;
  readonly before: object | null;
  readonly after: object | null;
  readonly outletId: string | null;
  readonly franchiseId: string | null;
}

interface Made {
  readonly id: string;
}

const MOMENT = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
const CHAIN = { outletId: null, franchiseId: null };

function atOutlet({ outletId, franchiseId }: ShopFloor) {
  return { outletId, franchiseId };
}

/** A step of an order in the kitchen, after those before it. */
function kitchenStep(steps: readonly string[], from: string, to: string): Probe {
  return {
    by: 'sari',
    async execute(floor, frontEnd) {
      const { orderId } = await floor.capturedPayment();
      for (const step of steps.slice(0, -1)) await floor.execute(floor.people.sari, step, { orderId });
      await floor.execute(frontEnd, steps.at(-1) ?? '', { orderId });
      return {
        ...{ entity: orderId, entityType: 'Order', ...atOutlet(floor) },
        ...{ before: { status: from }, after: { status: to } },
      };
    },
  };
}

/** Of a drawer of its own. */
async function openedTill(floor: ShopFloor, by: FrontEnd): Promise<Made & { readonly drawer: string }> {
  const drawer = newId();
  const input = { outletId: floor.outletId, float: 100_000, drawer };
  const { till } = await floor.execute<{ till: Made }>(by, 'openTill', { input }, 'till { id }');
  return { id: till.id, drawer };
}

/** A step of an outlet, after those before it. */
function outletStep(before: readonly string[], step: string, from: string, to: string): Probe {
  return {
    by: 'dewi',
    async execute(floor, frontEnd) {
      const outletId = await floor.draftOutlet();
      for (const one of before) await floor.execute(floor.people.dewi, one, { outletId });
      await floor.execute(frontEnd, step, { outletId });
      return {
        ...{ entity: outletId, entityType: 'Outlet', outletId, franchiseId: floor.franchiseId },
        ...{ before: { status: from }, after: { status: to } },
      };
    },
  };
}

/** A step of an order to a supplier, after those before it. */
function purchaseStep(before: readonly string[], step: string, from: string, to: string): Probe {
  return {
    by: 'budi',
    async execute(floor, frontEnd) {
      const { id } = await floor.purchaseOrder(...before);
      await floor.execute(frontEnd, step, { id });
      return {
        ...{ entity: id, entityType: 'PurchaseOrder', ...atOutlet(floor) },
        ...{ before: { status: from }, after: { status: to } },
      };
    },
  };
}

export const PROBES: Readonly<Record<string, Probe>> = {
  // customer
  grantRole: {
    by: 'dewi',
    async execute(floor, frontEnd) {
      const { id, email } = await floor.newcomer();
      const input = { email, role: 'BARISTA', outletId: floor.outletId };
      await floor.execute(frontEnd, 'grantRole', { input });
      const after = { role: 'BARISTA', ...atOutlet(floor) };
      await floor.execute(floor.people.dewi, 'revokeRole', { input });
      return { entity: id, entityType: 'Customer', ...atOutlet(floor), before: null, after };
    },
  },
  revokeRole: {
    by: 'hq',
    async execute(floor, frontEnd) {
      const { id } = await floor.newcomer();
      const input = { customerId: id, role: 'OWNER', franchiseId: floor.franchiseId };
      await floor.execute(floor.people.hq, 'grantRole', { input });
      await floor.execute(frontEnd, 'revokeRole', { input });
      const place = { outletId: null, franchiseId: floor.franchiseId };
      const before = { role: 'OWNER', ...place };
      return { entity: id, entityType: 'Customer', ...place, before, after: null };
    },
  },
  resetSecondFactor: {
    by: 'hq',
    async execute(floor, frontEnd) {
      const customerId = await floor.withSecondFactor();
      await floor.execute(frontEnd, 'resetSecondFactor', { customerId });
      return {
        ...{ entity: customerId, entityType: 'Customer', ...CHAIN },
        ...{ before: { hasSecondFactor: true }, after: { hasSecondFactor: false } },
      };
    },
  },
  inviteStaff: {
    by: 'budi',
    async execute(floor, frontEnd) {
      const input = { email: `${newId()}@kedai.test`, role: 'BARISTA', outletId: floor.outletId };
      const { invitation } = await floor.execute<{ invitation: Made }>(
        frontEnd,
        'inviteStaff',
        { input },
        'invitation { id }',
      );
      const after = { role: 'BARISTA', ...atOutlet(floor) };
      return {
        entity: invitation.id,
        entityType: 'StaffInvitation',
        ...atOutlet(floor),
        before: null,
        after,
      };
    },
  },
  importStaff: {
    by: 'budi',
    async execute(floor, frontEnd) {
      const email = `${newId()}@kedai.test`;
      const csv = `email,role,outletId\n${email},BARISTA,${floor.outletId}`;
      await floor.execute(frontEnd, 'importStaff', { input: { csv } });
      const { invitations } = await floor.people.budi.execute<{
        invitations: { nodes: (Made & { email: string })[] };
      }>('{ invitations(first: 100) { nodes { id email } } }');
      const entity = invitations.nodes.find((invitation) => invitation.email === email)?.id ?? '';
      const after = { role: 'BARISTA', ...atOutlet(floor) };
      return { entity, entityType: 'StaffInvitation', ...atOutlet(floor), before: null, after };
    },
  },
  revokeInvitation: {
    by: 'dewi',
    async execute(floor, frontEnd) {
      const email = `${newId()}@kedai.test`;
      const { id } = await floor.invitation({ email, role: 'MANAGER', outletId: floor.outletId });
      await floor.execute(frontEnd, 'revokeInvitation', { invitationId: id });
      const before = { role: 'MANAGER', ...atOutlet(floor) };
      return { entity: id, entityType: 'StaffInvitation', ...atOutlet(floor), before, after: null };
    },
  },
  acceptInvitation: {
    by: 'sari',
    async execute(floor, frontEnd) {
      const place = { outletId: await floor.draftOutlet(), franchiseId: floor.franchiseId };
      const input = { email: 'sari@kedai.test', role: 'BARISTA', outletId: place.outletId };
      const { token } = await eventually(() => floor.invitation(input));
      await floor.execute(frontEnd, 'acceptInvitation', { token });
      const after = { role: 'BARISTA', ...place };
      return { entity: floor.ids.sari, entityType: 'Customer', ...place, before: null, after };
    },
  },

  // menu
  importMenu: {
    by: 'hq',
    async execute(floor, frontEnd) {
      const name = `Category ${newId()}`;
      await floor.execute(frontEnd, 'importMenu', { input: { kind: 'CATEGORIES', csv: `name\n${name}` } });
      const { categories } = await floor.people.hq.execute<{
        categories: { nodes: (Made & { name: string })[] };
      }>('{ categories(first: 100) { nodes { id name } } }');
      const entity = categories.nodes.find((category) => category.name === name)?.id ?? '';
      const after = { name, nameEn: null, position: 0 };
      return { entity, entityType: 'Category', ...CHAIN, before: null, after };
    },
  },
  createMenuItem: {
    by: 'hq',
    async execute(floor, frontEnd) {
      const input = floor.newMenuItem();
      const { menuItem } = await floor.execute<{ menuItem: Made }>(
        frontEnd,
        'createMenuItem',
        { input },
        'menuItem { id }',
      );
      const after = {
        ...{ ...input, description: '', isLimited: false, season: null, preparationSeconds: 120 },
        ...{ imageUrl: null, allergens: [], categoryIds: [], nameEn: null, descriptionEn: null },
        ...{ taxClass: 'RESTAURANT', optionGroups: [] },
      };
      return { entity: menuItem.id, entityType: 'MenuItem', ...CHAIN, before: null, after };
    },
  },
  updateMenuItem: {
    by: 'hq',
    async execute(floor, frontEnd) {
      const menuItemId = await floor.menuItem();
      await floor.execute(frontEnd, 'updateMenuItem', {
        input: { menuItemId, price: 22_000, isLimited: true },
      });
      return {
        ...{ entity: menuItemId, entityType: 'MenuItem', ...CHAIN },
        ...{ before: { price: 20_000, isLimited: false }, after: { price: 22_000, isLimited: true } },
      };
    },
  },
  archiveMenuItem: {
    by: 'hq',
    async execute(floor, frontEnd) {
      const menuItemId = await floor.menuItem();
      await floor.execute(frontEnd, 'archiveMenuItem', { menuItemId });
      return {
        ...{ entity: menuItemId, entityType: 'MenuItem', ...CHAIN },
        ...{ before: { isArchived: false }, after: { isArchived: true } },
      };
    },
  },
  setOutletPrice: {
    by: 'budi',
    async execute(floor, frontEnd) {
      const { outletId } = floor;
      const menuItemId = await floor.menuItem();
      await floor.execute(frontEnd, 'setOutletPrice', { input: { menuItemId, outletId, price: 23_000 } });
      return {
        ...{ entity: menuItemId, entityType: 'MenuItem', ...atOutlet(floor) },
        ...{ before: { price: null }, after: { price: 23_000 } },
      };
    },
  },
  setAvailability: {
    by: 'sari',
    async execute(floor, frontEnd) {
      const { outletId } = floor;
      const menuItemId = await floor.menuItem();
      await floor.execute(frontEnd, 'setAvailability', {
        input: { menuItemId, outletId, isAvailable: false },
      });
      return {
        ...{ entity: menuItemId, entityType: 'MenuItem', ...atOutlet(floor) },
        ...{ before: { isAvailable: true }, after: { isAvailable: false } },
      };
    },
  },
  createPromotion: {
    by: 'budi',
    async execute(floor, frontEnd) {
      const input = floor.newPromotion();
      const { promotion } = await floor.execute<{ promotion: Made }>(
        frontEnd,
        'createPromotion',
        { input },
        'promotion { id }',
      );
      const after = { ...input, amountOff: null, quantity: null, startsAt: MOMENT };
      return { entity: promotion.id, entityType: 'Promotion', ...atOutlet(floor), before: null, after };
    },
  },
  endPromotion: {
    by: 'budi',
    async execute(floor, frontEnd) {
      const promotionId = await floor.promotion();
      await floor.execute(frontEnd, 'endPromotion', { promotionId });
      return {
        ...{ entity: promotionId, entityType: 'Promotion', ...atOutlet(floor) },
        ...{ before: { endedAt: null }, after: { endedAt: MOMENT } },
      };
    },
  },
  createCategory: {
    by: 'hq',
    async execute(floor, frontEnd) {
      const input = { name: `Kategori ${newId()}`, nameEn: null, position: 7 };
      const id = await floor.category(frontEnd, input);
      return { entity: id, entityType: 'Category', ...CHAIN, before: null, after: input };
    },
  },
  updateCategory: {
    by: 'hq',
    async execute(floor, frontEnd) {
      const categoryId = await floor.category();
      await floor.execute(frontEnd, 'updateCategory', { input: { categoryId, position: 9 } });
      return {
        ...{ entity: categoryId, entityType: 'Category', ...CHAIN },
        ...{ before: { position: 0 }, after: { position: 9 } },
      };
    },
  },
  archiveCategory: {
    by: 'hq',
    async execute(floor, frontEnd) {
      const categoryId = await floor.category();
      await floor.execute(frontEnd, 'archiveCategory', { categoryId });
      return {
        ...{ entity: categoryId, entityType: 'Category', ...CHAIN },
        ...{ before: { isArchived: false }, after: { isArchived: true } },
      };
    },
  },
  createFranchise: {
    by: 'hq',
    async execute(floor, frontEnd) {
      const input = { name: `Franchise ${newId()}` };
      const { franchise } = await floor.execute<{ franchise: Made }>(
        frontEnd,
        'createFranchise',
        { input },
        'franchise { id }',
      );
      const place = { outletId: null, franchiseId: franchise.id };
      return { entity: franchise.id, entityType: 'Franchise', ...place, before: null, after: input };
    },
  },
  createOutlet: {
    by: 'dewi',
    async execute(floor, frontEnd) {
      const input = floor.newOutlet();
      const { outlet } = await floor.execute<{ outlet: Made }>(
        frontEnd,
        'createOutlet',
        { input },
        'outlet { id }',
      );
      const { franchiseId } = floor;
      const state = { status: 'DRAFT', pausedUntil: null, openingHours: [], openingExceptions: [] };
      return {
        ...{ entity: outlet.id, entityType: 'Outlet', outletId: outlet.id, franchiseId },
        ...{ before: null, after: { ...input, timeZone: 'Asia/Jakarta', ...state } },
      };
    },
  },
  updateOutlet: {
    by: 'dewi',
    async execute(floor, frontEnd) {
      const outletId = await floor.draftOutlet();
      const openingHours = [{ weekday: 'SUNDAY', opensAt: '08:00', closesAt: '22:00' }];
      await floor.execute(frontEnd, 'updateOutlet', { input: { outletId, address: 'Jl. 2', openingHours } });
      return {
        ...{ entity: outletId, entityType: 'Outlet', outletId, franchiseId: floor.franchiseId },
        ...{ before: { address: 'Jl. 1', openingHours: [] }, after: { address: 'Jl. 2', openingHours } },
      };
    },
  },
  setSetting: {
    by: 'dewi',
    async execute(floor, frontEnd) {
      const outletId = await floor.draftOutlet();
      const input = { level: 'OUTLET', id: outletId, key: 'paymentWindowSeconds', value: 600 };
      await floor.execute(frontEnd, 'setSetting', { input });
      const after = { paymentWindowSeconds: { value: 600, isLocked: false } };
      return {
        ...{ entity: outletId, entityType: 'OutletSetting', outletId, franchiseId: floor.franchiseId },
        ...{ before: { paymentWindowSeconds: null }, after },
      };
    },
  },
  openOutlet: outletStep([], 'openOutlet', 'DRAFT', 'OPEN'),
  pauseOutlet: outletStep(['openOutlet'], 'pauseOutlet', 'OPEN', 'PAUSED'),
  closeOutlet: outletStep(['openOutlet', 'pauseOutlet'], 'closeOutlet', 'PAUSED', 'CLOSED'),

  // order
  cancelOrder: {
    by: 'budi',
    async execute(floor, frontEnd) {
      const { id: orderId } = await floor.awaitingPayment();
      await floor.execute(frontEnd, 'cancelOrder', { orderId, reason: 'The shaker is broken' });
      return {
        ...{ entity: orderId, entityType: 'Order', ...atOutlet(floor) },
        before: { status: 'AWAITING_PAYMENT', statusReason: null },
        after: { status: 'CANCELLED', statusReason: 'The shaker is broken' },
      };
    },
  },
  startPreparing: kitchenStep(['startPreparing'], 'PAID', 'PREPARING'),
  markReady: kitchenStep(['startPreparing', 'markReady'], 'PREPARING', 'READY'),
  completeOrder: kitchenStep(['startPreparing', 'markReady', 'completeOrder'], 'READY', 'COMPLETED'),
  setPriority: {
    by: 'sari',
    async execute(floor, frontEnd) {
      const { orderId } = await floor.capturedPayment();
      await floor.execute(frontEnd, 'setPriority', { orderId, priority: 'RUSH' });
      return {
        ...{ entity: orderId, entityType: 'Order', ...atOutlet(floor) },
        ...{ before: { priority: 'NORMAL' }, after: { priority: 'RUSH' } },
      };
    },
  },
  setLineReady: {
    by: 'sari',
    async execute(floor, frontEnd) {
      const { orderId } = await floor.capturedPayment();
      await floor.execute(floor.people.sari, 'startPreparing', { orderId });
      const lineId = `${orderId}.0`;
      await floor.execute(frontEnd, 'setLineReady', { orderId, lineId, isReady: true });
      return {
        ...{ entity: orderId, entityType: 'Order', ...atOutlet(floor) },
        ...{ before: { isReady: false }, after: { lineId, isReady: true } },
      };
    },
  },
  remakeLines: {
    by: 'sari',
    async execute(floor, frontEnd) {
      const { orderId } = await floor.capturedPayment();
      for (const step of ['startPreparing', 'markReady'])
        await floor.execute(floor.people.sari, step, { orderId });
      const lineIds = [`${orderId}.0`];
      await floor.execute(frontEnd, 'remakeLines', { input: { orderId, lineIds, reason: 'It fell' } });
      return {
        ...{ entity: orderId, entityType: 'Order', ...atOutlet(floor) },
        before: { status: 'READY' },
        after: { status: 'PREPARING', lineIds, reason: 'It fell' },
      };
    },
  },
  setStation: {
    by: 'budi',
    async execute(floor, frontEnd) {
      const menuItemId = floor.drinkId;
      const { outletId } = floor;
      const input = { outletId, menuItemIds: [menuItemId], station: 'Bar' };
      await floor.execute(frontEnd, 'setStation', { input });
      return {
        ...{ entity: outletId, entityType: 'Outlet', ...atOutlet(floor) },
        before: { stations: { [menuItemId]: null } },
        after: { stations: { [menuItemId]: 'Bar' } },
      };
    },
  },
  undoStep: kitchenStep(['startPreparing', 'markReady', 'undoStep'], 'READY', 'PREPARING'),

  // payment
  payOrder: {
    by: 'sari',
    async execute(floor, frontEnd) {
      const { id: orderId, total: amount } = await floor.awaitingPayment();
      const input = { orderId, method: 'CASH', idempotencyKey: newId() };
      const { payment } = await floor.execute<{ payment: Made }>(
        frontEnd,
        'payOrder',
        { input },
        'payment { id }',
      );
      return {
        ...{ entity: payment.id, entityType: 'Payment', ...atOutlet(floor) },
        ...{ before: null, after: { orderId, method: 'CASH', amount, status: 'PENDING' } },
      };
    },
  },
  confirmCashPayment: {
    by: 'sari',
    async execute(floor, frontEnd) {
      const { id: paymentId } = await floor.cashPayment();
      await floor.execute(frontEnd, 'confirmCashPayment', { paymentId });
      return {
        ...{ entity: paymentId, entityType: 'Payment', ...atOutlet(floor) },
        ...{ before: { status: 'PENDING', paidAt: null }, after: { status: 'PAID', paidAt: MOMENT } },
      };
    },
  },
  cancelPayment: {
    by: 'sari',
    async execute(floor, frontEnd) {
      const { id: paymentId } = await floor.cashPayment();
      await floor.execute(frontEnd, 'cancelPayment', { paymentId });
      return {
        ...{ entity: paymentId, entityType: 'Payment', ...atOutlet(floor) },
        ...{ before: { status: 'PENDING' }, after: { status: 'FAILED' } },
      };
    },
  },
  openTill: {
    by: 'sari',
    async execute(floor, frontEnd) {
      const { id, drawer } = await openedTill(floor, frontEnd);
      return {
        ...{ entity: id, entityType: 'Till', ...atOutlet(floor), before: null },
        after: { drawer, float: 100_000 },
      };
    },
  },
  recordCash: {
    by: 'sari',
    async execute(floor, frontEnd) {
      const { id: tillId } = await openedTill(floor, floor.people.sari);
      const input = { tillId, kind: 'CASH_IN', amount: 5_000, reason: 'Change', idempotencyKey: newId() };
      const record = () => floor.execute(frontEnd, 'recordCash', { input });
      await record();
      // A retry is not a second change.
      await record();
      return {
        ...{ entity: tillId, entityType: 'Till', ...atOutlet(floor), before: { expectedCash: 100_000 } },
        after: { expectedCash: 105_000, kind: 'CASH_IN', reason: 'Change' },
      };
    },
  },
  closeTill: {
    by: 'sari',
    async execute(floor, frontEnd) {
      const { id: tillId } = await openedTill(floor, floor.people.sari);
      await floor.execute(frontEnd, 'closeTill', {
        input: { tillId, counted: [{ method: 'CASH', amount: 99_000 }] },
      });
      return {
        ...{ entity: tillId, entityType: 'Till', ...atOutlet(floor), before: { closedAt: null } },
        after: {
          closedAt: MOMENT,
          counts: expect.arrayContaining([
            { method: 'CASH', expected: 100_000, counted: 99_000, difference: -1_000 },
          ]),
        },
      };
    },
  },
  dailyClose: {
    by: 'budi',
    async execute(floor, frontEnd) {
      const day = new Date().toISOString().slice(0, 10);
      const { dailyClose } = await floor.execute<{ dailyClose: Made }>(
        frontEnd,
        'dailyClose',
        { outletId: floor.outletId, day },
        'dailyClose { id }',
      );
      return {
        ...{ entity: dailyClose.id, entityType: 'DailyClose', ...atOutlet(floor) },
        ...{ before: null, after: { day, number: 1 } },
      };
    },
  },
  refundPayment: {
    by: 'budi',
    async execute(floor, frontEnd) {
      const { id: paymentId } = await floor.capturedPayment();
      const input = { paymentId, amount: 1_000, reason: 'Spilt', idempotencyKey: newId() };
      const refund = () =>
        floor.execute<{ refund: Made }>(frontEnd, 'refundPayment', { input }, 'refund { id }');
      const { id: refundId } = (await refund()).refund;
      // A retry makes no second entry.
      await refund();
      return {
        ...{ entity: paymentId, entityType: 'Payment', ...atOutlet(floor) },
        before: { refundsHeld: 0 },
        after: { refundsHeld: 1_000, refundId, amount: 1_000, reason: 'Spilt' },
      };
    },
  },
  importSettlement: {
    by: 'hq',
    async execute(floor, frontEnd) {
      const csv = `Type,Status,Amount,Total Fee,Total VAT,Reference,Product ID\nPAYMENT,SUCCESS,1,0,0,${newId()},x`;
      const input = { provider: 'XENDIT', csv };
      const { settlement } = await floor.execute<{ settlement: Made }>(
        frontEnd,
        'importSettlement',
        { input },
        'settlement { id }',
      );
      return {
        ...{ entity: settlement.id, entityType: 'Settlement', ...CHAIN, before: null },
        after: { provider: 'XENDIT', lines: 1, matched: 0, fees: 0 },
      };
    },
  },
  openDispute: {
    by: 'budi',
    async execute(floor, frontEnd) {
      const { id: paymentId, amount } = await floor.capturedPayment();
      const given = { paymentId, amount, reason: 'Not received' };
      const { dispute } = await floor.execute<{ dispute: Made }>(
        frontEnd,
        'openDispute',
        { input: { ...given, idempotencyKey: newId() } },
        'dispute { id }',
      );
      const after = { status: 'OPENED', ...given };
      return { entity: dispute.id, entityType: 'Dispute', ...atOutlet(floor), before: null, after };
    },
  },
  submitDisputeEvidence: {
    by: 'budi',
    async execute(floor, frontEnd) {
      const { id: disputeId } = await floor.openedDispute();
      const evidence = 'The guest signed for it.';
      await floor.execute(frontEnd, 'submitDisputeEvidence', { input: { disputeId, text: evidence } });
      return {
        ...{ entity: disputeId, entityType: 'Dispute', ...atOutlet(floor) },
        before: { status: 'OPENED', evidence: null, evidenceSubmittedAt: null },
        after: { status: 'EVIDENCE_SUBMITTED', evidence, evidenceSubmittedAt: MOMENT },
      };
    },
  },
  resolveDispute: {
    by: 'dewi',
    async execute(floor, frontEnd) {
      const { id: disputeId } = await floor.openedDispute();
      await floor.execute(frontEnd, 'resolveDispute', { input: { disputeId, outcome: 'LOST' } });
      return {
        ...{ entity: disputeId, entityType: 'Dispute', ...atOutlet(floor) },
        ...{ before: { status: 'OPENED', closedAt: null }, after: { status: 'LOST', closedAt: MOMENT } },
      };
    },
  },

  // stock
  importStock: {
    by: 'hq',
    async execute(floor, frontEnd) {
      const name = `Ingredient ${newId()}`;
      const input = { kind: 'INGREDIENTS', csv: `name;unit\n${name};gram` };
      await floor.execute(frontEnd, 'importStock', { input });
      const { ingredients } = await floor.people.hq.execute<{ ingredients: (Made & { name: string })[] }>(
        '{ ingredients { id name } }',
      );
      const entity = ingredients.find((ingredient) => ingredient.name === name)?.id ?? '';
      return { entity, entityType: 'Ingredient', ...CHAIN, before: null, after: { name, unit: 'GRAM' } };
    },
  },
  createIngredient: {
    by: 'hq',
    async execute(floor, frontEnd) {
      const input = { name: `Ingredient ${newId()}`, unit: 'GRAM' };
      const { ingredient } = await floor.execute<{ ingredient: Made }>(
        frontEnd,
        'createIngredient',
        { input },
        'ingredient { id }',
      );
      return { entity: ingredient.id, entityType: 'Ingredient', ...CHAIN, before: null, after: input };
    },
  },
  createStockItem: {
    by: 'budi',
    async execute(floor, frontEnd) {
      const { ingredient } = await floor.execute<{ ingredient: Made }>(
        floor.people.hq,
        'createIngredient',
        { input: { name: `Ingredient ${newId()}`, unit: 'GRAM' } },
        'ingredient { id }',
      );
      const item = {
        outletId: floor.outletId,
        ingredientId: ingredient.id,
        tracking: 'COUNT',
        reorderPoint: 5,
      };
      const { stockItem } = await floor.execute<{ stockItem: Made }>(
        frontEnd,
        'createStockItem',
        { input: { ...item, countedOnHand: 7 } },
        'stockItem { id }',
      );
      const after = { ...item, onHand: 7 };
      return { entity: stockItem.id, entityType: 'StockItem', ...atOutlet(floor), before: null, after };
    },
  },
  updateStockItem: {
    by: 'budi',
    async execute(floor, frontEnd) {
      const stockItemId = await floor.stockItem('COUNT', 7);
      await floor.execute(frontEnd, 'updateStockItem', { input: { stockItemId, reorderPoint: 3 } });
      return {
        ...{ entity: stockItemId, entityType: 'StockItem', ...atOutlet(floor) },
        ...{ before: { reorderPoint: 5 }, after: { reorderPoint: 3 } },
      };
    },
  },
  removeStockItem: {
    by: 'budi',
    async execute(floor, frontEnd) {
      const stockItemId = await floor.stockItem('COUNT', 0);
      await floor.execute(frontEnd, 'removeStockItem', { stockItemId });
      return {
        ...{ entity: stockItemId, entityType: 'StockItem', ...atOutlet(floor) },
        ...{ before: { removedAt: null }, after: { removedAt: MOMENT } },
      };
    },
  },
  receiveDelivery: {
    by: 'budi',
    async execute(floor, frontEnd) {
      const lines = [{ stockItemId: await floor.stockItem('COUNT', 7), quantity: 3 }];
      const given = { outletId: floor.outletId, supplier: 'PT Boba', lines };
      const input = { ...given, idempotencyKey: newId() };
      const receive = () =>
        floor.execute<{ delivery: Made }>(frontEnd, 'receiveDelivery', { input }, 'delivery { id }');
      const { delivery } = await receive();
      // A retry makes no second entry.
      await receive();
      const after = { ...given, reference: null };
      return { entity: delivery.id, entityType: 'Delivery', ...atOutlet(floor), before: null, after };
    },
  },
  createSupplier: {
    by: 'dewi',
    async execute(floor, frontEnd) {
      const { franchiseId } = floor;
      const after = { name: `Supplier ${newId()}`, leadTimeDays: 2, minimumOrder: 10_000 };
      const { supplier } = await floor.execute<{ supplier: Made }>(
        frontEnd,
        'createSupplier',
        { input: { franchiseId, ...after } },
        'supplier { id }',
      );
      return {
        ...{ entity: supplier.id, entityType: 'Supplier', outletId: null, franchiseId, before: null },
        after: { ...after, email: null, phone: null, deliveryWeekdays: [], prices: [] },
      };
    },
  },
  updateSupplier: {
    by: 'hq',
    async execute(floor, frontEnd) {
      const { supplierId } = await floor.supplied();
      await floor.execute(frontEnd, 'updateSupplier', { input: { supplierId, leadTimeDays: 9 } });
      return {
        ...{ entity: supplierId, entityType: 'Supplier', ...CHAIN },
        ...{ before: { leadTimeDays: 1 }, after: { leadTimeDays: 9 } },
      };
    },
  },
  createPurchaseOrder: {
    by: 'budi',
    async execute(floor, frontEnd) {
      const { supplierId, stockItemId } = await floor.supplied();
      const input = { outletId: floor.outletId, supplierId, lines: [{ stockItemId, quantity: 15 }] };
      const { purchaseOrder } = await floor.execute<{ purchaseOrder: Made & { number: number } }>(
        frontEnd,
        'createPurchaseOrder',
        { input: { ...input, idempotencyKey: newId() } },
        'purchaseOrder { id number }',
      );
      const { id, number } = purchaseOrder;
      return {
        ...{ entity: id, entityType: 'PurchaseOrder', ...atOutlet(floor), before: null },
        after: {
          ...{ number, supplierId, status: 'DRAFT', total: 10_000, note: null },
          lines: [{ stockItemId, packSize: 10, packPrice: 5_000, packs: 2 }],
        },
      };
    },
  },
  approvePurchaseOrder: purchaseStep([], 'approvePurchaseOrder', 'DRAFT', 'APPROVED'),
  sendPurchaseOrder: purchaseStep(['approvePurchaseOrder'], 'sendPurchaseOrder', 'APPROVED', 'SENT'),
  cancelPurchaseOrder: purchaseStep([], 'cancelPurchaseOrder', 'DRAFT', 'CANCELLED'),
  closePurchaseOrder: {
    by: 'budi',
    async execute(floor, frontEnd) {
      const { id, stockItemId } = await floor.purchaseOrder('approvePurchaseOrder', 'sendPurchaseOrder');
      const lines = [{ stockItemId, quantity: 3 }];
      await floor.execute(floor.people.budi, 'receiveDelivery', {
        input: { outletId: floor.outletId, purchaseOrderId: id, lines, idempotencyKey: newId() },
      });
      await floor.execute(frontEnd, 'closePurchaseOrder', { id, reason: 'Sold out' });
      return {
        ...{ entity: id, entityType: 'PurchaseOrder', ...atOutlet(floor) },
        before: { status: 'PARTLY_RECEIVED' },
        after: { status: 'RECEIVED', reason: 'Sold out' },
      };
    },
  },
  adjustStock: {
    by: 'budi',
    async execute(floor, frontEnd) {
      const stockItemId = await floor.stockItem('COUNT', 7);
      const count = { countedOnHand: 6, reason: 'One was broken' };
      await floor.execute(frontEnd, 'adjustStock', {
        input: { stockItemId, ...count, idempotencyKey: newId() },
      });
      return {
        ...{ entity: stockItemId, entityType: 'StockItem', ...atOutlet(floor) },
        ...{ before: { onHand: 7 }, after: { onHand: 6, ...count } },
      };
    },
  },
  recordWaste: {
    by: 'sari',
    async execute(floor, frontEnd) {
      const stockItemId = await floor.stockItem('COUNT', 7);
      const input = { stockItemId, quantity: 2, reason: 'Two were broken' };
      await floor.execute(frontEnd, 'recordWaste', { input: { ...input, idempotencyKey: newId() } });
      return {
        ...{ entity: stockItemId, entityType: 'StockItem', ...atOutlet(floor) },
        ...{ before: { onHand: 7 }, after: { onHand: 5, wasted: 2, reason: 'Two were broken' } },
      };
    },
  },
  registerShelf: {
    by: 'budi',
    async execute(floor, frontEnd) {
      const stockItemId = await floor.stockItem('SHELF', null);
      const input = { outletId: floor.outletId, stockItemId, gramsPerUnit: 8.5, tareGrams: 200 };
      const { shelf } = await floor.execute<{ shelf: Made }>(
        frontEnd,
        'registerShelf',
        { input },
        'shelf { id }',
      );
      return { entity: shelf.id, entityType: 'Shelf', ...atOutlet(floor), before: null, after: input };
    },
  },
  updateShelf: {
    by: 'budi',
    async execute(floor, frontEnd) {
      const shelfId = await floor.shelf();
      const input = { shelfId, gramsPerUnit: 8.5, tareGrams: 200, stableMilliseconds: 2_000 };
      await floor.execute(frontEnd, 'updateShelf', { input });
      return {
        ...{ entity: shelfId, entityType: 'Shelf', ...atOutlet(floor) },
        before: { gramsPerUnit: 1, stableMilliseconds: 0 },
        after: { gramsPerUnit: 8.5, stableMilliseconds: 2_000 },
      };
    },
  },
  revokeShelf: {
    by: 'budi',
    async execute(floor, frontEnd) {
      const shelfId = await floor.shelf();
      await floor.execute(frontEnd, 'revokeShelf', { shelfId });
      return {
        ...{ entity: shelfId, entityType: 'Shelf', ...atOutlet(floor) },
        ...{ before: { removedAt: null }, after: { removedAt: MOMENT } },
      };
    },
  },
  setTracking: {
    by: 'budi',
    async execute(floor, frontEnd) {
      const stockItemId = await floor.stockItem('COUNT', 7);
      await floor.execute(frontEnd, 'setTracking', { input: { stockItemId, tracking: 'SHELF' } });
      return {
        ...{ entity: stockItemId, entityType: 'StockItem', ...atOutlet(floor) },
        ...{ before: { tracking: 'COUNT' }, after: { tracking: 'SHELF' } },
      };
    },
  },
  replayDeadLetters: {
    by: 'hq',
    async execute(floor, frontEnd) {
      const letter = await floor.deadLetter();
      await floor.execute(frontEnd, 'replayDeadLetters', { ids: [letter] });
      return {
        ...{ entity: letter, entityType: 'DeadLetter', ...CHAIN },
        ...{ before: {}, after: { deadLetterIds: [letter], replayed: 0 } },
      };
    },
  },
  rotateDeviceToken: {
    by: 'budi',
    async execute(floor, frontEnd) {
      const shelfId = await floor.shelf();
      await floor.execute(frontEnd, 'rotateDeviceToken', { shelfId });
      return {
        ...{ entity: shelfId, entityType: 'Shelf', ...atOutlet(floor) },
        ...{ before: {}, after: { deviceTokenIssuedAt: MOMENT } },
      };
    },
  },
};
