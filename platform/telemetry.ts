/**
 * Exports traces (OpenTelemetry, OTLP over HTTP) to OTEL_EXPORTER_OTLP_ENDPOINT. Where that is not set, nothing is loaded.
 * W3C Trace Context joins the spans of one trace: the gateway's operation, each subgraph's part of it, and the consumption
 * of every event that it caused, in any process and at any time later.
 */
import {
  type Attributes,
  createTraceState,
  ROOT_CONTEXT,
  SpanStatusCode,
  TraceFlags,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import type { Config } from './config.js';
import { parseTraceparent, type TraceContext } from './trace.js';

let tracer: Tracer | undefined;

/** Starts the export; `stop` flushes the spans not sent yet. */
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
 * Runs `work` as a span below `context`, where traces are exported and the caller's trace is sampled.
 * @param work receives the context to pass on: the span's own, or `context` itself where no span was recorded.
 */
export async function traced<Result>(
  name: string,
  context: TraceContext,
  attributes: Attributes,
  work: (context: TraceContext) => Promise<Result>,
): Promise<Result> {
  if (tracer === undefined) return work(context);
  const caller = parseTraceparent(context.traceparent);
  if (caller === undefined || (caller.flags & TraceFlags.SAMPLED) === 0) return work(context);
  const { tracestate } = context;
  const parent = trace.setSpanContext(ROOT_CONTEXT, {
    traceId: caller.traceId,
    spanId: caller.parentId,
    traceFlags: caller.flags,
    isRemote: true,
    ...(tracestate === undefined ? {} : { traceState: createTraceState(tracestate) }),
  });
  const span = tracer.startSpan(name, { attributes }, parent);
  const flags = caller.flags.toString(16).padStart(2, '0');
  try {
    return await work({
      ...context,
      traceparent: `00-${caller.traceId}-${span.spanContext().spanId}-${flags}`,
    });
  } catch (error) {
    span.setStatus({ code: SpanStatusCode.ERROR, message: error instanceof Error ? error.name : 'Error' });
    throw error;
  } finally {
    span.end();
  }
}
