import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { readConfig } from './config.js';
import { startTelemetry, traced, tracedRoot } from './telemetry.js';
import { newTraceparent, traceIdOf } from './trace.js';

interface SpanSent {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  status: { code?: number };
}

describe('telemetry', () => {
  const closing: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0)) await close();
  });

  /** A collector as OTLP over HTTP has it, in JSON. */
  async function collector(): Promise<{ endpoint: string; spans: SpanSent[] }> {
    const spans: SpanSent[] = [];
    const server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk) => (body += chunk));
      request.on('end', () => {
        const sent: { resourceSpans: { scopeSpans: { spans: SpanSent[] }[] }[] } = JSON.parse(body);
        if (request.url === '/v1/traces') {
          spans.push(
            ...sent.resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans)),
          );
        }
        response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closing.push(() => new Promise((resolve) => server.close(resolve)));
    const { port } = server.address() as AddressInfo;
    return { endpoint: `http://127.0.0.1:${port}`, spans };
  }

  it('sends spans of one trace, each below the one whose traceparent it was given', async () => {
    const { endpoint, spans } = await collector();
    const telemetry = await startTelemetry(readConfig({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint }));
    const caller = newTraceparent();
    await traced('outer', { traceparent: caller }, {}, (inside) =>
      traced('inner', inside, {}, async () => undefined),
    );
    await telemetry.stop();
    const named = (name: string) => spans.find((span) => span.name === name);
    expect(named('outer')).toMatchObject({ traceId: traceIdOf(caller), parentSpanId: caller.split('-')[2] });
    expect(named('inner')).toMatchObject({
      traceId: traceIdOf(caller),
      parentSpanId: named('outer')?.spanId,
    });
  });

  it('marks the span of what failed, and lets the failure through', async () => {
    const { endpoint, spans } = await collector();
    const telemetry = await startTelemetry(readConfig({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint }));
    const failing = traced('failing', { traceparent: newTraceparent() }, {}, async () => {
      throw new RangeError('no');
    });
    await expect(failing).rejects.toThrow(RangeError);
    await telemetry.stop();
    expect(spans).toMatchObject([{ name: 'failing', status: { code: 2 } }]);
  });

  it('records nothing below a caller that is not sampled, and passes its context on unchanged', async () => {
    const { endpoint, spans } = await collector();
    const telemetry = await startTelemetry(readConfig({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint }));
    const caller = { traceparent: newTraceparent().replace(/01$/, '00'), tracestate: 'rojo=1' };
    expect(await traced('unsampled', caller, {}, async (inside) => inside)).toEqual(caller);
    await telemetry.stop();
    expect(spans).toEqual([]);
  });

  it('keeps the flags and the tracestate of a sampled caller in the context below its span', async () => {
    const { endpoint, spans } = await collector();
    const telemetry = await startTelemetry(readConfig({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint }));
    const caller = { traceparent: newTraceparent().replace(/01$/, '03'), tracestate: 'rojo=1' };
    const inside = await traced('sampled', caller, {}, async (context) => context);
    await telemetry.stop();
    const spanId = spans.find(({ name }) => name === 'sampled')?.spanId;
    expect(inside).toEqual({
      traceparent: `00-${traceIdOf(caller.traceparent)}-${spanId}-03`,
      tracestate: 'rojo=1',
    });
  });

  it('sends a span at the root of its trace, whose id begins with its own', async () => {
    const { endpoint, spans } = await collector();
    const telemetry = await startTelemetry(readConfig({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint }));
    const contexts: string[] = [];
    for (const name of ['first', 'second']) {
      await tracedRoot(name, {}, async ({ traceparent }) => {
        contexts.push(traceparent);
        await traced('below', { traceparent }, {}, async () => undefined);
      });
    }
    await telemetry.stop();
    const roots = spans.filter(({ name }) => name !== 'below');
    expect(roots.map(({ traceId, spanId }) => `00-${traceId}-${spanId}-01`)).toEqual(contexts);
    for (const { traceId, spanId, parentSpanId } of roots) {
      expect(parentSpanId ?? '').toBe('');
      expect(traceId.slice(0, 16)).toBe(spanId);
      expect(spans).toContainEqual(expect.objectContaining({ traceId, name: 'below', parentSpanId: spanId }));
    }
    expect(new Set(spans.map(({ spanId }) => spanId)).size).toBe(4);
  });

  it('passes the context on unchanged where no collector is configured', async () => {
    const telemetry = await startTelemetry(readConfig({}));
    const caller = { traceparent: newTraceparent(), tracestate: 'rojo=1' };
    expect(await traced('any', caller, {}, async (inside) => inside)).toBe(caller);
    await telemetry.stop();
  });
});
