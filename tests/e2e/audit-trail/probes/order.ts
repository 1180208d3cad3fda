/** The mutations of order that are not a guest's own. */
import { atOutlet, CHAIN, type Probe } from './probe.js';

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

export const ORDER_PROBES: Readonly<Record<string, Probe>> = {
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
  acceptSubstitution: {
    by: 'budi',
    async execute(floor, frontEnd) {
      const { orderId, menuItemId } = await floor.offeredSubstitution();
      await floor.execute(frontEnd, 'acceptSubstitution', { orderId, menuItemId });
      return {
        ...{ entity: orderId, entityType: 'Order', ...atOutlet(floor) },
        ...{ before: {}, after: { substitution: 'ACCEPTED' } },
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
  setCalendarDay: {
    by: 'hq',
    async execute(floor, frontEnd) {
      await floor.execute(frontEnd, 'setCalendarDay', {
        input: { day: '2026-12-31', kind: 'NEW_YEARS_EVE' },
      });
      return {
        ...{ entity: '01a2c965-7800-7000-8000-000000000000', entityType: 'CalendarDay', ...CHAIN },
        before: { calendarDays: { '2026-12-31': 'AS_CALENDAR' } },
        after: { calendarDays: { '2026-12-31': 'NEW_YEARS_EVE' } },
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
};
