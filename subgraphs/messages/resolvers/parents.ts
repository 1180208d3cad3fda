/** What resolvers are given where it is not the type's own fields. */
import type { CountedConnection } from '../../../platform/kit/paging.js';
import type { MailReport } from '../domain/mail.js';

export type Mail = MailReport;
export type MailConnection = CountedConnection<MailReport>;
