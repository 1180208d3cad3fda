/** What belongs to the person: orders, points, rewards and messages. Stored, so that the history can be read offline; messages come in live. */
import { useCallback, useEffect } from 'react';
import { client } from '../../shared/client/client.js';
import { useLink } from '../../shared/client/connection.js';
import { useLive } from '../../shared/client/live.js';
import { language } from '../../shared/text/language.js';
import {
  Guest,
  GuestNotified,
  type GuestNotifiedSubscription,
  type GuestNotifiedSubscriptionVariables,
  type GuestQuery,
} from '../operations.js';
import { Stored, useStored } from '../stored.js';

export type GuestRecord = Pick<GuestQuery, 'rewards'> & { readonly me: NonNullable<GuestQuery['me']> };

export interface GuestState {
  readonly value: GuestRecord | undefined;
  refresh(): Promise<void>;
}

/** Another one where the shape of what is stored changes. */
const SHAPE = 1;
const records = new Map<string, Stored<GuestRecord | null>>();

function storedRecord(personId: string): Stored<GuestRecord | null> {
  const key = `guest:${SHAPE}:${language}:${personId}`;
  const known = records.get(key) ?? new Stored<GuestRecord | null>(key, null, isRecord);
  records.set(key, known);
  return known;
}

const NOBODY = 'nobody';
const NONE: GuestNotifiedSubscriptionVariables = {};

export function useGuest(personId: string | undefined): GuestState {
  const stored = storedRecord(personId ?? NOBODY);
  const value = useStored(stored) ?? undefined;
  const { opened } = useLink();
  const newest = useLive(personId, {
    stream: {
      document: GuestNotified,
      variables: [NONE],
      apply: (_: string | undefined, { notificationReceived }: GuestNotifiedSubscription) =>
        notificationReceived.id,
    },
  }).value;
  const refresh = useCallback(async () => {
    if (personId === undefined) return;
    const { data } = await client.query(Guest, {}).toPromise();
    if (data?.me?.id !== personId) return;
    const { me, rewards } = data;
    await stored.change(() => ({ me, rewards }));
  }, [personId, stored]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a link that was opened again, and a message, are reasons to read again.
  useEffect(() => {
    void refresh();
  }, [refresh, opened, newest]);
  return { value: personId === undefined ? undefined : value, refresh };
}

function isRecord(value: unknown): value is GuestRecord | null {
  return (
    value === null ||
    (typeof value === 'object' && 'me' in value && typeof value.me === 'object' && value.me !== null)
  );
}
