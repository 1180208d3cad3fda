/** Payloads of Sparkplug B, as devices send them. */
import { get } from 'sparkplug-payload';

/** @param timestamp milliseconds since 1970. */
export function sparkplugPayload(
  metrics: Readonly<Record<string, number>>,
  seq: number,
  timestamp: number,
): Buffer {
  const codec = get('spBv1.0');
  if (codec === null) throw new Error('The library knows spBv1.0.');
  return Buffer.from(
    codec.encodePayload({
      ...{ timestamp, seq },
      metrics: Object.entries(metrics).map(([name, value]) => ({ name, value, type: 'Double' })),
    }),
  );
}
