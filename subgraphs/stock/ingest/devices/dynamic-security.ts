/**
 * A client of mosquitto's `dynamic_security` plugin over `$CONTROL/dynamic-security/v1`
 * (mosquitto.org/documentation/dynamic-security): sends a list of commands and returns the response to each.
 */
import mqtt from 'mqtt';
import { z } from 'zod';
import { newId } from '../../../../platform/ids.js';
import type { BrokerAddress } from '../broker/tls.js';

const CONTROL_TOPIC = '$CONTROL/dynamic-security/v1';
const RESPONSE_TOPIC = `${CONTROL_TOPIC}/response`;
const RESPONSE_MILLISECONDS = 5_000;

export interface Command {
  readonly command: string;
  readonly [argument: string]: unknown;
}

const responsesSchema = z.object({
  responses: z.array(
    z.object({
      command: z.string(),
      correlationData: z.string().optional(),
      error: z.string().optional(),
      data: z.unknown().optional(),
    }),
  ),
});

export type CommandResponse = z.infer<typeof responsesSchema>['responses'][number];

/** The broker is connected and does not respond: it is slow, or without the plugin. */
export class NoResponse extends Error {
  override readonly name = 'NoResponse';
}

class BrokerUnreachable extends Error {
  override readonly name = 'BrokerUnreachable';
}

interface PendingRequest {
  readonly responses: CommandResponse[];
  readonly expected: number;
  resolve(responses: readonly CommandResponse[]): void;
}

export class DynamicSecurity {
  readonly #client: mqtt.MqttClient;
  readonly #pending = new Map<string, PendingRequest>();

  /** @param onConnect called after each connect, once responses are subscribed to. */
  constructor({ url, tls }: BrokerAddress, onConnect: () => void, onError: (error: Error) => void) {
    const clientId = `kedai-devices-${newId()}`;
    this.#client = mqtt.connect(url, { clientId, protocolVersion: 5, ...tls });
    this.#client.on('error', onError);
    this.#client.on('connect', () => {
      this.#client.subscribe(RESPONSE_TOPIC, { qos: 1 }, (error) => (error ? onError(error) : onConnect()));
    });
    this.#client.on('message', (_topic, payload) => this.#handleResponse(payload));
  }

  /** Responses in the order of the commands. @throws BrokerUnreachable, NoResponse */
  async send(commands: readonly Command[]): Promise<readonly CommandResponse[]> {
    if (!this.#client.connected) throw new BrokerUnreachable('The MQTT broker cannot be reached');
    const correlationData = newId();
    let timer: NodeJS.Timeout | undefined;
    try {
      return await new Promise((resolve, reject) => {
        this.#pending.set(correlationData, { responses: [], expected: commands.length, resolve });
        timer = setTimeout(
          () => reject(new NoResponse('The MQTT broker does not respond to commands')),
          RESPONSE_MILLISECONDS,
        );
        const message = { commands: commands.map((command) => ({ ...command, correlationData })) };
        this.#client.publish(CONTROL_TOPIC, JSON.stringify(message), { qos: 1 }, (error) => {
          if (error) reject(error);
        });
      });
    } finally {
      clearTimeout(timer);
      this.#pending.delete(correlationData);
    }
  }

  #handleResponse(payload: Buffer): void {
    const { responses } = responsesSchema.parse(JSON.parse(payload.toString('utf8')));
    for (const response of responses) {
      const pending = this.#pending.get(response.correlationData ?? '');
      if (pending === undefined) continue;
      pending.responses.push(response);
      if (pending.responses.length === pending.expected) pending.resolve(pending.responses);
    }
  }

  async stop(): Promise<void> {
    await this.#client.endAsync(true);
  }
}
