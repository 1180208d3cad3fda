/** The settings of the gateway: its supergraph, who may call it, and every limit. */
import { z } from 'zod';
import {
  type Config,
  httpUrl,
  json,
  jsonOf,
  listOf,
  positiveCount,
  settingText,
  wholeNumber,
} from '../platform/config.js';
import { headerRulesSchema } from './clients/header-rules.js';

/** A bound whose default stands with what it bounds, and in deploy/settings.md. */
const limit = positiveCount.optional();

const targetsSchema = z.array(
  z
    .object({ name: z.string().min(1), url: z.url(), ws: z.url().optional(), sse: z.url().optional() })
    .strict()
    .refine(({ ws, sse }) => ws === undefined || sse === undefined),
);

export const gatewaySettings = z.object({
  INTROSPECTION: z.enum(['on', 'off']).optional(),
  CORS_ORIGINS: z
    .string()
    .refine((origins) => listOf(origins).every(isOrigin), {
      message: 'must be origins such as https://shop.example, separated by commas, or *',
    })
    .default(''),
  TRUSTED_PROXIES: wholeNumber(0).default(0),
  TRUSTED_DOCUMENTS: settingText,
  OVERRIDE_LABELS_HEADER: settingText,
  JWKS_URL: httpUrl,
  SUPERGRAPH: z.enum(['file', 'introspection', 'uplink']).default('file'),
  SUPERGRAPH_POLL_SECONDS: positiveCount.default(10),
  SUPERGRAPH_FILE: settingText,
  APOLLO_KEY: settingText,
  APOLLO_GRAPH_REF: settingText,
  SUBGRAPHS: json(
    targetsSchema,
    'a JSON list such as [{"name":"menu","url":"http://…/graphql","ws":"ws://…/graphql"}], with "ws" or "sse" for subscriptions, not both',
  ).optional(),
  HEADER_RULES: json(headerRulesSchema, 'JSON such as {"request":[{"propagate":"x-tenant"}]}').optional(),
  RATE_LIMIT: z.enum(['on', 'off']).default('on'),
  REQUESTS_PER_SECOND: limit,
  REQUESTS_WINDOW_SECONDS: limit,
  COST_PER_SECOND: limit,
  STREAMS_PER_ADDRESS: limit,
  STREAMS: limit,
  LIMIT_BODY_BYTES: limit,
  LIMIT_LARGE_BODY_BYTES: limit,
  LIMIT_TOKENS: limit,
  LIMIT_DEPTH: limit,
  LIMIT_ALIASES: limit,
  LIMIT_ROOT_FIELDS: limit,
  LIMIT_MUTATION_FIELDS: limit,
  LIMIT_DIRECTIVES: limit,
  LIMIT_FRAGMENTS: limit,
  LIMIT_SELECTIONS: limit,
  LIMIT_NESTING: limit,
  LIMIT_VALUES: limit,
  LIMIT_PAGE_SIZE: limit,
  LIMIT_COST: limit,
  LIMIT_ERRORS: limit,
  LIMIT_MESSAGE_BYTES: limit,
  LIMIT_SOCKET_OPERATIONS: limit,
  LIMIT_UNREAD_BYTES: limit,
  FAILED_SIGN_INS_PER_ACCOUNT: limit,
  FAILED_SIGN_INS_PER_ACCOUNT_SECONDS: limit,
  FAILED_SIGN_INS_PER_ADDRESS: limit,
  FAILED_SIGN_INS_PER_ADDRESS_SECONDS: limit,
  SIGN_INS_PER_ADDRESS: limit,
  SIGN_INS_PER_ADDRESS_SECONDS: limit,
  UPSTREAM_CONNECTIONS: limit,
  UPSTREAM_WAITING: limit,
  UPSTREAM_TIMEOUT_SECONDS: limit,
  UPSTREAM_ANSWER_BYTES: limit,
});

export type GatewaySettings = z.output<typeof gatewaySettings>;

/** Whether the gateway serves another supergraph than Kedai's own. */
export function isAlone(config: Config): boolean {
  const { SUPERGRAPH, SUPERGRAPH_FILE } = config.settings(gatewaySettings);
  return SUPERGRAPH !== 'file' || SUPERGRAPH_FILE !== undefined;
}

/** Subgraphs elsewhere, as `SUBGRAPHS` declares them. */
export function declaredTargets(setting: string | undefined): z.infer<typeof targetsSchema> {
  return setting === undefined ? [] : targetsSchema.parse(jsonOf(setting));
}

function isOrigin(text: string): boolean {
  return text === '*' || (URL.canParse(text) && new URL(text).origin === text);
}
