/**
 * Traces (OpenTelemetry) to OTEL_EXPORTER_OTLP_ENDPOINT, where it is set; otherwise nothing is loaded and nothing is spent.
 * Spans hang together by W3C Trace Context: the gateway's operation, each subgraph's part of it, and the handling of every
 * event that it led to, however much later and in whichever process.
 */
import {
  type Attributes,
  ROOT_CONTEXT,
  SpanStatusCode,
  TraceFlags,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import type { Config } from './config.js';
import { traceIdOf } from './trace.js';

let tracer: Tracer | undefined;

/** Starts exporting; what has not been sent yet is sent when it stops. */
export async function startTelemetry({ environment }: Config): Promise<{ stop(): Promise<void> }> {
  const endpoint = environment.OTEL_EXPORTER_OTLP_ENDPOINT;
  if (endpoint === undefined) return { stop: async () => undefined };
  const [{ BasicTracerProvider, BatchSpanProcessor }, { OTLPTraceExporter }, { resourceFromAttributes }] =
    await Promise.all([
      import('@opentelemetry/sdk-trace-base'),
      import('@opentelemetry/exporter-trace-otlp-http'),
      import('@opentelemetry/resources'),
    ]);
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes({ 'service.name': 'kedai' }),
    // OTLP over HTTP, section "Endpoint URLs": the signal's path below the base that is configured.
    spanProcessors: [
      new BatchSpanProcessor(new OTLPTraceExporter({ url: `${endpoint.replace(/\/$/, '')}/v1/traces` })),
    ],
  });
  tracer = provider.getTracer('kedai');
  return {
    async stop() {
      tracer = undefined;
      await provider.shutdown();
    },
  };
}

/**
 * Runs `work` as a span below `traceparent`.
 * @param work given the traceparent to pass on: the span's own, or the same one where nothing is traced.
 */
export async function traced<Result>(
  name: string,
  traceparent: string,
  attributes: Attributes,
  work: (traceparent: string) => Promise<Result>,
): Promise<Result> {
  if (tracer === undefined) return work(traceparent);
  const traceId = traceIdOf(traceparent);
  if (traceId === undefined) return work(traceparent);
  const [, , spanId = ''] = traceparent.split('-');
  const parent = trace.setSpanContext(ROOT_CONTEXT, {
    traceId,
    spanId,
    traceFlags: TraceFlags.SAMPLED,
    isRemote: true,
  });
  const span = tracer.startSpan(name, { attributes }, parent);
  try {
    return await work(`00-${traceId}-${span.spanContext().spanId}-01`);
  } catch (error) {
    span.setStatus({ code: SpanStatusCode.ERROR, message: error instanceof Error ? error.name : 'Error' });
    throw error;
  } finally {
    span.end();
  }
}
