/**
 * A conversation with mosquitto's `dynamic_security` plugin over `$CONTROL/dynamic-security/v1`
 * (mosquitto.org/documentation/dynamic-security): a list of commands goes out, an answer to each comes back.
 */
import mqtt from 'mqtt';
import { z } from 'zod';
import { newId } from '../../../../platform/ids.js';

const CONTROL_TOPIC = '$CONTROL/dynamic-security/v1';
const RESPONSE_TOPIC = `${CONTROL_TOPIC}/response`;
const ANSWER_MILLISECONDS = 5_000;

export interface Command {
  readonly command: string;
  readonly [argument: string]: unknown;
}

const answersSchema = z.object({
  responses: z.array(
    z.object({
      command: z.string(),
      correlationData: z.string().optional(),
      error: z.string().optional(),
      data: z.unknown().optional(),
    }),
  ),
});

export type Answer = z.infer<typeof answersSchema>['responses'][number];

/** There is a broker, and it says nothing: it is slow, or without the plugin. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
}

export class BrokerAway extends Error {
  override readonly name = 'BrokerAway';
}

interface Conversation {
  readonly answers: Answer[];
  readonly expected: number;
  resolve(answers: readonly Answer[]): void;
}

export class DynamicSecurity {
  readonly #client: mqtt.MqttClient;
  readonly #conversations = new Map<string, Conversation>();

  /** @param onConnect called whenever the broker is there (again) and listens. */
  constructor(url: string, onConnect: () => void, onError: (error: Error) => void) {
    this.#client = mqtt.connect(url, { clientId: `kedai-devices-${newId()}`, protocolVersion: 5 });
    this.#client.on('error', onError);
    this.#client.on('connect', () => {
      this.#client.subscribe(RESPONSE_TOPIC, { qos: 1 }, (error) => (error ? onError(error) : onConnect()));
    });
    this.#client.on('message', (_topic, payload) => this.#hear(payload));
  }

  /** Answers in the order of the commands. @throws BrokerAway, NoAnswer */
  async ask(commands: readonly Command[]): Promise<readonly Answer[]> {
    if (!this.#client.connected) throw new BrokerAway('The MQTT broker cannot be reached');
    const correlationData = newId();
    let timer: NodeJS.Timeout | undefined;
    try {
      return await new Promise((resolve, reject) => {
        this.#conversations.set(correlationData, { answers: [], expected: commands.length, resolve });
        timer = setTimeout(
          () => reject(new NoAnswer('The MQTT broker keeps no device credentials')),
          ANSWER_MILLISECONDS,
        );
        const message = { commands: commands.map((command) => ({ ...command, correlationData })) };
        this.#client.publish(CONTROL_TOPIC, JSON.stringify(message), { qos: 1 }, (error) => {
          if (error) reject(error);
        });
      });
    } finally {
      clearTimeout(timer);
      this.#conversations.delete(correlationData);
    }
  }

  #hear(payload: Buffer): void {
    const { responses } = answersSchema.parse(JSON.parse(payload.toString('utf8')));
    for (const answer of responses) {
      const conversation = this.#conversations.get(answer.correlationData ?? '');
      if (conversation === undefined) continue;
      conversation.answers.push(answer);
      if (conversation.answers.length === conversation.expected) conversation.resolve(conversation.answers);
    }
  }

  async stop(): Promise<void> {
    await this.#client.endAsync(true);
  }
}
