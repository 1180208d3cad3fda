/** Switches off the mails of a kind by the link that each of them has: for its holder, who need not sign in. */
import { UserFault } from '../../../../platform/errors.js';
import type { Cause } from '../../../../platform/events/envelope.js';
import type { Origin } from '../../../../platform/identity/origin.js';
import type { UnsubscribeTokens } from '../../delivery/unsubscribe-tokens.js';
import type { Preference } from '../../domain/preference.js';
import { preferenceChangedEvent } from '../../published.js';
import { hasContact } from '../../store/contacts.js';
import type { OwnMessagesDatabase } from '../../store/database.js';
import { upsertPreference } from '../../store/preferences.js';

export interface Unsubscribing {
  readonly ownDatabase: OwnMessagesDatabase;
  readonly unsubscribeTokens: UnsubscribeTokens;
  readonly origin?: Origin | undefined;
  readonly cause: Cause;
}

/** @throws UserFault LINK_INVALID for another's token, and for one of an account that was deleted. */
export async function unsubscribe(
  { ownDatabase, unsubscribeTokens, origin, cause }: Unsubscribing,
  token: string,
): Promise<Preference> {
  const read = unsubscribeTokens.read(token.trim());
  if (read === null) throw invalid();
  const preference = { kind: read.kind, channel: 'EMAIL', isOn: false } as const;
  await ownDatabase.work(cause, async ({ tx, emit }) => {
    if (!(await hasContact(tx, read.customerId))) throw invalid();
    const version = await upsertPreference(tx, read.customerId, preference, { source: 'MAIL_LINK', origin });
    if (version !== null) emit(preferenceChangedEvent(read.customerId, preference, version));
  });
  return preference;
}

function invalid(): UserFault {
  return UserFault.of('LINK_INVALID', 'This link is not one of a mail of ours', ['token']);
}
