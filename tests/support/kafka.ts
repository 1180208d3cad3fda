/** A cluster of three Kafka brokers for tests, in the memory of `kcat`, which prints what it consumes of the topic of events. */
import { Socket } from 'node:net';
import type { ISocketFactory } from 'kafkajs';
import { findProgram, startProgram } from '../../deploy/local-fleet/program.js';
import { describeNeeding } from './program.js';

const PROGRAM = 'kcat';
const TOPIC = 'kedai.events';

export const describeWithKafka = describeNeeding(PROGRAM);

export interface ConsumedMessage {
  readonly partition: string;
  readonly key: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface KafkaCluster {
  /** As `KAFKA_BROKERS` has them. */
  readonly brokers: string;
  /** So far; those of one partition in its order. */
  consumed(): ConsumedMessage[];
  /** With all that it has stored. */
  kill(): Promise<void>;
}

export async function startKafka(): Promise<KafkaCluster> {
  const program = findProgram(PROGRAM);
  if (program === undefined) throw new Error(`There is no ${PROGRAM} on this machine.`);
  const cluster = ['-X', 'test.mock.num.brokers=3', '-d', 'mock', '-b', 'of-the-mock-cluster'];
  const consumer = ['-C', '-t', TOPIC, '-o', 'beginning', '-u', '-f', '%p\\t%k\\t%h\\t%s\\n'];
  const addresses = /bootstrap\.servers=(\S+)/;
  const running = await startProgram(program, [...cluster, ...consumer], addresses);
  let output = '';
  running.process.stdout?.on('data', (text: string) => {
    output += text;
  });
  return {
    brokers: addresses.exec(running.output)?.[1] ?? '',
    consumed: () => output.split('\n').slice(0, -1).map(messageOf),
    kill: running.kill,
  };
}

/**
 * Connections to brokers that take no request to produce beyond a size, which those of the cluster have no setting for: such a request does not reach
 * them, and is answered as Kafka answers it.
 */
export function takingAtMost(bytes: number): ISocketFactory {
  class LimitedSocket extends Socket {
    override _write(frame: unknown, encoding: BufferEncoding, done: (error?: Error | null) => void): void {
      if (Buffer.isBuffer(frame) && frame.length > bytes && frame.readInt16BE(4) === PRODUCE) {
        setImmediate(() => this.emit('data', messageTooLarge(frame.readInt32BE(8))));
        done();
      } else super._write(frame, encoding, done);
    }
  }
  return ({ host, port, onConnect }) => new LimitedSocket().connect(port, host, onConnect);
}

const PRODUCE = 0;
const MESSAGE_TOO_LARGE = 10;

/** The answer to a request to produce, versions 5 to 7, of partition 0. */
function messageTooLarge(correlationId: number): Buffer {
  const topic = Buffer.from(TOPIC);
  const [one, none] = [int32(1), Buffer.alloc(8, 0xff)];
  const partition = [int32(0), int16(MESSAGE_TOO_LARGE), none, none, none];
  const body = [int32(correlationId), one, int16(topic.length), topic, one, ...partition, int32(0)];
  const answer = Buffer.concat(body);
  return Buffer.concat([int32(answer.length), answer]);
}

function int16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeInt16BE(value);
  return bytes;
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

function messageOf(line: string): ConsumedMessage {
  const [partition = '', key = '', headers = '', body = ''] = line.split('\t');
  return { partition, key, headers: Object.fromEntries(headers.split(',').map(pairOf)), body };
}

function pairOf(header: string): [string, string] {
  const [name = '', ...value] = header.split('=');
  return [name, value.join('=')];
}
