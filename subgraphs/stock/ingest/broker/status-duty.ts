/**
 * Statuses of an outside broker, received by one ingest process at a time, so that they are stored in their order. That leader holds an
 * advisory lock in the stock database; another process takes over within two seconds of its end. The leader subscribes with a clean session: a
 * status is a state, and the broker retains each shelf's last one for the next subscription.
 */
import type mqtt from 'mqtt';
import type { PoolClient } from 'pg';
import { startPollLoop } from '../../../../platform/kit/poll-loop.js';
import type { Log } from '../../../../platform/log.js';
import { ADVISORY_LOCKS } from '../../../../platform/sql/advisory-locks.js';
import type { OwnStockDatabase } from '../../store/database.js';
import { STATUS_FILTERS } from '../formats/list.js';
import { connectToBroker, type OutsideBrokerOptions, receiveInBatches } from './external-broker.js';

const INTERVAL_MILLISECONDS = 2_000;

export function takeTurnsAtStatuses(
  options: OutsideBrokerOptions,
  { pool }: Pick<OwnStockDatabase, 'pool'>,
): { stop(): Promise<void> } {
  const { log } = options;
  let duty: Duty | undefined;

  const turns = startPollLoop({
    name: 'ingest.statuses',
    intervalMilliseconds: INTERVAL_MILLISECONDS,
    log,
    async turn() {
      if (duty?.isOver === true) duty = undefined;
      duty ??= await beginDuty();
      return 'done';
    },
  });

  /** Undefined while another process has it. */
  async function beginDuty(): Promise<Duty | undefined> {
    const lock = await pool.connect();
    try {
      const { rows } = await lock.query<{ taken: boolean }>('SELECT pg_try_advisory_lock($1) AS taken', [
        ADVISORY_LOCKS.shelfStatuses,
      ]);
      if (rows[0]?.taken === true) return new Duty(lock, subscribe(options, log));
      lock.release();
      return undefined;
    } catch (error) {
      lock.release(true);
      throw error;
    }
  }

  return {
    async stop() {
      await turns.stop();
      await duty?.end();
    },
  };
}

interface Subscription {
  readonly client: mqtt.MqttClient;
  readonly inProgress: ReadonlySet<Promise<void>>;
}

/** Lasts as long as the connection whose lock it is. */
class Duty {
  readonly #lock: PoolClient;
  readonly #subscription: Subscription;
  isOver = false;

  constructor(lock: PoolClient, subscription: Subscription) {
    this.#lock = lock;
    this.#subscription = subscription;
    lock.on('error', () => void this.end());
  }

  async end(): Promise<void> {
    if (this.isOver) return;
    this.isOver = true;
    const { client, inProgress } = this.#subscription;
    await client.endAsync(true);
    await Promise.allSettled(inProgress);
    // Closing the connection gives the lock back.
    this.#lock.release(true);
  }
}

function subscribe(options: OutsideBrokerOptions, log: Log): Subscription {
  const client = connectToBroker(options, { clientId: `${options.clientId}-status`, clean: true });
  const inProgress = new Set<Promise<void>>();
  receiveInBatches(client, {
    receiver: options.receiver,
    inProgress,
    onError: (error) => log.warn({ error: String(error) }, 'ingest: a status is not stored'),
  });
  client.on('connect', () => {
    client.subscribe(STATUS_FILTERS, { qos: 1 }, (error) => {
      if (error) log.warn({ error: error.message }, 'ingest: the MQTT broker refused the statuses');
    });
  });
  return { client, inProgress };
}
