/**
 * Exports traces (OpenTelemetry, OTLP over HTTP) to OTEL_EXPORTER_OTLP_ENDPOINT. Where that is not set, nothing is loaded.
 * W3C Trace Context joins the spans of one trace: the gateway's operation, each subgraph's part of it, and the consumption
 * of every event that it caused, in any process and at any time later.
 */
import {
  type Attributes,
  createTraceState,
  ROOT_CONTEXT,
  type Span,
  SpanStatusCode,
  TraceFlags,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import type { Config } from './config.js';
import { newTraceparent, parseTraceparent, type TraceContext } from './trace.js';

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
    idGenerator: new RootIdGenerator(),
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
  return within(span, { ...context, traceparent: traceparentOf(span, flags) }, work);
}

/**
 * Runs `work` as the span at the root of a new trace.
 * @param work receives the context to pass on: the span's own, or that of a new trace where none is recorded.
 */
export async function tracedRoot<Result>(
  name: string,
  attributes: Attributes,
  work: (context: TraceContext) => Promise<Result>,
): Promise<Result> {
  if (tracer === undefined) return work({ traceparent: newTraceparent() });
  const span = tracer.startSpan(name, { attributes, root: true });
  return within(span, { traceparent: traceparentOf(span, '01') }, work);
}

function traceparentOf(span: Span, flags: string): string {
  const { traceId, spanId } = span.spanContext();
  return `00-${traceId}-${spanId}-${flags}`;
}

async function within<Result>(
  span: Span,
  context: TraceContext,
  work: (context: TraceContext) => Promise<Result>,
): Promise<Result> {
  try {
    return await work(context);
  } catch (error) {
    span.setStatus({ code: SpanStatusCode.ERROR, message: error instanceof Error ? error.name : 'Error' });
    throw error;
  } finally {
    span.end();
  }
}

/** Begins the id of every new trace with that of the span at its root, as `newTraceparent` does. */
class RootIdGenerator {
  #root = parseTraceparent(newTraceparent());

  /** Called for each span, and before `generateTraceId` for one at a root. */
  generateSpanId(): string {
    this.#root = parseTraceparent(newTraceparent());
    return this.#root?.parentId ?? '';
  }

  generateTraceId(): string {
    return this.#root?.traceId ?? '';
  }
}
