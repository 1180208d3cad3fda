/** Which notifications a person wants: each kind by each channel, on unless it was switched off where Kedai has such notifications. */

export const KINDS = [
  'ORDER_STATUS',
  'ORDER_AT_RISK',
  'LOW_STOCK',
  'EXPIRING_STOCK',
  'PAYMENT',
  'LOYALTY',
] as const;
export type NotificationKind = (typeof KINDS)[number];

const CHANNELS = ['IN_APP', 'EMAIL', 'PUSH'] as const;
export type NotificationChannel = (typeof CHANNELS)[number];

export interface Switch {
  readonly kind: NotificationKind;
  readonly channel: NotificationChannel;
}

export interface Preference extends Switch {
  readonly isOn: boolean;
}

/** How a preference was set: signed in, or by the link of a mail. */
export type PreferenceSource = 'ACCOUNT' | 'MAIL_LINK';

/** Whether there are notifications of the kind by the channel at all. */
export function isSent({ kind, channel }: Switch): boolean {
  return channel === 'IN_APP' || kind === 'ORDER_STATUS';
}

/** Every kind by every channel. @param set by the person. */
export function preferencesOf(set: readonly Preference[]): Preference[] {
  return KINDS.flatMap((kind) =>
    CHANNELS.map((channel) => {
      const own = set.find((one) => one.kind === kind && one.channel === channel);
      return { kind, channel, isOn: isSent({ kind, channel }) && (own?.isOn ?? true) };
    }),
  );
}
