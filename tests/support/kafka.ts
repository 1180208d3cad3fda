/** A cluster of three Kafka brokers for tests, in the memory of `kcat`, which prints what it consumes of the topic of events. */
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

function messageOf(line: string): ConsumedMessage {
  const [partition = '', key = '', headers = '', body = ''] = line.split('\t');
  return { partition, key, headers: Object.fromEntries(headers.split(',').map(pairOf)), body };
}

function pairOf(header: string): [string, string] {
  const [name = '', ...value] = header.split('=');
  return [name, value.join('=')];
}
