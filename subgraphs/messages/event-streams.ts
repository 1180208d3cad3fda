/** The event streams that the settings name: none, one, or several beside each other. */
import { type Config, ConfigurationError } from '../../platform/config.js';
import type { Log } from '../../platform/log.js';
import type { KafkaSettings } from './delivery/streams/kafka.js';
import type { EventStream } from './domain/stream.js';
import { messagesSettings } from './settings.js';

/** Loads the libraries of the brokers that are set, and of no other. @throws ConfigurationError where an account of Kafka is half there. */
export async function eventStreamsOf(config: Config, log: Log): Promise<EventStream[]> {
  const { NATS_URL: urls, NATS_CREDENTIALS_FILE: credentialsFile } = config.settings(messagesSettings);
  const kafka = kafkaSettingsOf(config);
  const streams: EventStream[] = [];
  if (urls !== undefined) {
    const { natsStream } = await import('./delivery/streams/nats.js');
    streams.push(natsStream({ urls, credentialsFile }, log));
  }
  if (kafka !== null) {
    const { kafkaStream } = await import('./delivery/streams/kafka.js');
    streams.push(kafkaStream(kafka));
  }
  return streams;
}

function kafkaSettingsOf(config: Config): KafkaSettings | null {
  const { KAFKA_BROKERS: brokers, KAFKA_TLS, ...account } = config.settings(messagesSettings);
  const { KAFKA_USERNAME: username, KAFKA_PASSWORD: password, KAFKA_SASL_MECHANISM: mechanism } = account;
  if (brokers === undefined) return null;
  if ((username === undefined) !== (password === undefined))
    throw new ConfigurationError('KAFKA_USERNAME and KAFKA_PASSWORD: one of them is missing.');
  const ssl = KAFKA_TLS === 'on';
  if (username === undefined || password === undefined) return { brokers, ssl };
  switch (mechanism) {
    case 'PLAIN':
      return { brokers, ssl, sasl: { mechanism: 'plain', username, password } };
    case 'SCRAM-SHA-256':
      return { brokers, ssl, sasl: { mechanism: 'scram-sha-256', username, password } };
    case 'SCRAM-SHA-512':
      return { brokers, ssl, sasl: { mechanism: 'scram-sha-512', username, password } };
  }
}
