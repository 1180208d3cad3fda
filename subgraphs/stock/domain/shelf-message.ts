/** MQTT messages of shelves: as they arrive, and what they are parsed into. */
/** A reading takes about 120 bytes. */
export const MAXIMUM_PAYLOAD_BYTES = 4_096;
export const MAXIMUM_GRAMS = 100_000_000;

export interface Message {
  readonly topic: string;
  readonly payload: Uint8Array;
  /** The broker stored it before ingest subscribed; it says nothing about now. */
  readonly isRetained?: boolean;
}

export interface Reading {
  readonly kind: 'reading';
  readonly shelfId: string;
  readonly outletId: string;
  readonly bootId: string;
  /** Prefix of a boot's name. The reading joins the shelf's latest boot where that begins with it, and begins `bootId` otherwise (`inTheirBoots`). */
  readonly joins?: string;
  readonly seq: number;
  /** By the device's clock, which may be wrong by years. */
  readonly at: Date;
  readonly grams: number;
  readonly batteryPercent: number | null;
  readonly message: Message;
}

export interface Status {
  readonly kind: 'status';
  readonly shelfId: string;
  readonly outletId: string;
  readonly isOnline: boolean;
  readonly isRetained: boolean;
}

/** Nothing about a weight or a status, of a format that is known: acknowledged, counted, and not stored. */
export interface Ignored {
  readonly kind: 'ignored';
}

/** Why a message is in the dead-letter list. */
export type DeadReason = 'TOO_LARGE' | 'NOT_JSON' | 'INVALID' | 'UNKNOWN_TOPIC' | 'UNKNOWN_SHELF' | 'REFUSED';

export interface DeadLetter {
  readonly kind: 'dead';
  readonly reason: DeadReason;
  /** What exactly was wrong. */
  readonly detail: string;
  readonly message: Message;
}

export type Parsed = Reading | Status | DeadLetter | Ignored;

export function dead(message: Message, reason: DeadReason, detail = ''): DeadLetter {
  return { kind: 'dead', reason, detail, message };
}
