/** Each mutation that is not a guest's own, executed by the person whose work it is, and the entry that it has to make. */
import { CUSTOMER_PROBES } from './probes/customer.js';
import { MENU_PROBES } from './probes/menu.js';
import { MESSAGES_PROBES } from './probes/messages.js';
import { ORDER_PROBES } from './probes/order.js';
import { PAYMENT_PROBES } from './probes/payment.js';
import type { Probe } from './probes/probe.js';
import { STOCK_PROBES } from './probes/stock.js';

export const PROBES: Readonly<Record<string, Probe>> = {
  ...CUSTOMER_PROBES,
  ...MENU_PROBES,
  ...MESSAGES_PROBES,
  ...ORDER_PROBES,
  ...PAYMENT_PROBES,
  ...STOCK_PROBES,
};
