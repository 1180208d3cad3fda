/** Searches the mails that were asked for. That the caller is head office, the schema's scope demands. */
import { isStorable } from '../../../platform/kit/input.js';
import { type CountedConnection, connectionOf, type Page } from '../../../platform/kit/paging.js';
import type { Context } from '../context.js';
import type { MailFilter, MailReport } from '../domain/mail.js';
import { findMailPage } from '../store/mails.js';

export async function readMails(
  { database }: Pick<Context, 'database'>,
  filter: MailFilter,
  page: Page,
): Promise<CountedConnection<MailReport>> {
  if (isStorable(filter.to ?? '')) return findMailPage(database, filter, page);
  return connectionOf(
    page,
    [],
    ({ id }: MailReport) => id,
    async () => 0,
  );
}
