/** What a payload format is. Adding one is a file here and its line in `list.ts`. */
import type { DeadReason } from '../../domain/shelf-message.js';

export interface Format {
  readonly name: string;
  /** MQTT filters below the shelf's own topic, for brokers of which ingest is a client. */
  readonly filters: {
    readonly readings: readonly string[];
    /** Of what says whether the device is connected, last wills among them. */
    readonly statuses: readonly string[];
  };
  /**
   * @param levels what follows the shelf's own topic, level by level.
   * @param arrivedAt milliseconds since 1970. @returns undefined where the topic is none of this format. Throws nothing.
   */
  read(levels: readonly string[], payload: Uint8Array, arrivedAt: number): Content | undefined;
}

export type Content = Weighed | Connection | Unreadable | Silent;

export interface Weighed {
  readonly kind: 'weighed';
  readonly grams: number;
  readonly batteryPercent: number | null;
  /** By the device's clock; of formats without one, the time of arrival. */
  readonly at: Date;
  readonly bootId: string;
  /** Prefix of a boot's name: the reading joins the shelf's latest boot where that begins with it. Null: it is of `bootId`, whatever came before. */
  readonly joins: string | null;
  readonly seq: number;
}

export interface Connection {
  readonly kind: 'connection';
  readonly isOnline: boolean;
}

export interface Unreadable {
  readonly kind: 'unreadable';
  readonly reason: DeadReason;
  readonly detail: string;
}

/** Of the format, and neither a weight nor a status. */
export interface Silent {
  readonly kind: 'silent';
}

export const SILENT: Silent = { kind: 'silent' };

export function connection(isOnline: boolean): Connection {
  return { kind: 'connection', isOnline };
}

export function unreadable(detail: string, reason: DeadReason = 'INVALID'): Unreadable {
  return { kind: 'unreadable', reason, detail };
}
