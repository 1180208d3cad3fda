/**
 * Notifies the staff of outlets of goods that expire soon: once of each batch of which something is left, so many days ahead as the outlet's setting
 * says. Any number of processes may look at once.
 */
import type { SettingsCopy } from '../../../platform/copies/settings-copy.js';
import { newCause } from '../../../platform/events/envelope.js';
import { expiryAlertDays } from '../../../platform/outlet-settings/registry.js';
import type { Outlet } from '../domain/records.js';
import { expiringStockEvent } from '../published.js';
import type { OwnStockDatabase } from '../store/database.js';
import { insertExpiryAlerts } from '../store/expiry/expiry-alerts.js';

interface Services {
  readonly database: OwnStockDatabase;
  readonly settings: SettingsCopy;
}

export async function alertOfExpiringGoods(
  { database, settings }: Services,
  outlets: readonly Pick<Outlet, 'id' | 'franchiseId'>[],
): Promise<void> {
  const notices = outlets.map(({ id: outletId, franchiseId }) => ({
    outletId,
    daysAhead: settings.valueOf(expiryAlertDays, { outletId, franchiseId }),
  }));
  await database.work(newCause(), async (work) => {
    for (const alert of await insertExpiryAlerts(work.tx, notices)) work.emit(expiringStockEvent(alert));
  });
}
