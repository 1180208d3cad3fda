import { describe, expect, it } from 'vitest';
import { continueTrace, newTraceparent, parseTraceparent, traceFields, traceIdOf } from './trace.js';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const PARENT = '00f067aa0ba902b7';

describe('trace context', () => {
  it('passes a valid context on unchanged: parent, flags and tracestate', () => {
    for (const flags of ['00', '01', '02', '03']) {
      const traceparent = `00-${TRACE}-${PARENT}-${flags}`;
      const context = continueTrace(traceparent, 'congo=t61rcWkgMzE,rojo=00f067aa0ba902b7');
      expect(traceFields(context)).toEqual({
        traceparent,
        tracestate: 'congo=t61rcWkgMzE,rojo=00f067aa0ba902b7',
      });
    }
  });

  it('reads later versions by the fields they share with version 00', () => {
    const later = `cc-${TRACE}-${PARENT}-01-what-the-future-will-be-like`;
    expect(parseTraceparent(later)).toEqual({ traceId: TRACE, parentId: PARENT, flags: 1 });
    expect(continueTrace(later).traceparent).toBe(later);
  });

  it('starts a new trace, without the tracestate, where the traceparent is invalid', () => {
    const invalid = [
      undefined,
      '',
      `ff-${TRACE}-${PARENT}-01`,
      `00-${TRACE}-${PARENT}-01-more`,
      `00-${TRACE.toUpperCase()}-${PARENT}-01`,
      `00-${'0'.repeat(32)}-${PARENT}-01`,
      `00-${TRACE}-${'0'.repeat(16)}-01`,
      `cc-${TRACE}-${PARENT}-01.more`,
      [`00-${TRACE}-${PARENT}-01`],
    ];
    for (const traceparent of invalid) {
      const context = continueTrace(traceparent, 'rojo=1');
      expect(traceIdOf(context.traceparent), String(traceparent)).toMatch(/^[0-9a-f]{32}$/);
      expect(traceIdOf(context.traceparent)).not.toBe(TRACE);
      expect(context.tracestate).toBeUndefined();
    }
  });

  it('draws every new trace and parent at random', () => {
    const drawn = Array.from({ length: 2_000 }, newTraceparent);
    expect(new Set(drawn.map(traceIdOf)).size).toBe(drawn.length);
    expect(new Set(drawn.map((one) => parseTraceparent(one)?.parentId)).size).toBe(drawn.length);
  });
});
