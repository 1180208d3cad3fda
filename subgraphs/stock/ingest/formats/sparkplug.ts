/**
 * Sparkplug B with the shelf's own topic before `spBv1.0`: the metric `weight` in grams, alone or as the last part of a name, and `battery`
 * in percent beside it. A birth certificate with the weight begins a boot; within it readings are ordered and identified by the payload's timestamp
 * and `seq`. Death certificates say that the device is offline.
 */
import { get } from 'sparkplug-payload';
import { SPARKPLUG_BOOT, sparkplugBoot } from '../../domain/boot-names.js';
import { type Content, connection, type Format, SILENT, unreadable } from './format.js';
import { areGrams } from './values.js';

const codec = get('spBv1.0');
const BIRTHS = ['NBIRTH', 'DBIRTH'];
const DATA = ['NDATA', 'DDATA'];
const DEATHS = ['NDEATH', 'DDEATH'];
/** Sparkplug's `seq` goes from 0 to 255 and round again. */
const SEQS = 256;

export const sparkplug: Format = {
  name: 'Sparkplug B',
  filters: {
    readings: [...BIRTHS, ...DATA].map(filterOf),
    statuses: DEATHS.map(filterOf),
  },
  read([root, ...levels], payload) {
    const [, type = '', , device] = levels;
    if (root !== 'spBv1.0' || levels.length < 3 || levels.length > 4) return undefined;
    const isOfDevice = type.startsWith('D');
    if (isOfDevice !== (device !== undefined)) return undefined;
    if (DEATHS.includes(type)) return connection(false);
    if (BIRTHS.includes(type)) return weightIn(payload, { isBirth: true });
    return DATA.includes(type) ? weightIn(payload, { isBirth: false }) : SILENT;
  },
};

/** `{group}/{type}/{node}`, and `/{device}` of what is of one. */
function filterOf(type: string): string {
  return type.startsWith('D') ? `spBv1.0/+/${type}/+/+` : `spBv1.0/+/${type}/+`;
}

function weightIn(payload: Uint8Array, { isBirth }: { readonly isBirth: boolean }): Content {
  const decoded = decode(payload);
  if (decoded === null) return unreadable('no payload of Sparkplug B');
  const metrics = decoded.metrics ?? [];
  const named = (wanted: string) => metrics.find(({ name }) => lastPart(name) === wanted);
  if (named('weight') === undefined) {
    if (metrics.some(({ name }) => !name)) return unreadable('metrics by alias are not read: send names');
    return isBirth ? connection(true) : SILENT;
  }
  const grams = numberIn(named('weight')?.value);
  const timestamp = numberIn(decoded.timestamp);
  const seq = numberIn(decoded.seq) ?? 0;
  if (!areGrams(grams)) return unreadable('weight is no number of grams');
  if (timestamp === null || !isWhole(timestamp) || !Number.isSafeInteger(timestamp * SEQS + SEQS))
    return unreadable('the payload has no timestamp, or none that can be');
  if (!isWhole(seq) || seq >= SEQS) return unreadable('seq is not from 0 to 255');
  const battery = numberIn(named('battery')?.value);
  const session = numberIn(metrics.find(({ name }) => name === 'bdSeq')?.value) ?? '';
  return {
    ...{ kind: 'weighed', grams, seq: timestamp * SEQS + seq, at: new Date(timestamp) },
    batteryPercent: battery !== null && battery >= 0 && battery <= 100 ? Math.round(battery) : null,
    ...{ bootId: sparkplugBoot(session, timestamp), joins: isBirth ? null : SPARKPLUG_BOOT },
  };
}

function decode(payload: Uint8Array) {
  try {
    return codec?.decodePayload(payload) ?? null;
  } catch {
    return null;
  }
}

function lastPart(name: string | null | undefined): string {
  return name?.toLowerCase().split('/').at(-1) ?? '';
}

/** Numbers of 64 bits come as objects. Null for what is no number. */
function numberIn(value: unknown): number | null {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value !== 'object' || value === null || !('toNumber' in value)) return null;
  const { toNumber } = value;
  return typeof toNumber === 'function' ? Number(toNumber.call(value)) : null;
}

function isWhole(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}
