/**
 * The PUBACKs of one connection to an outside broker: each is sent once its message is stored, in the order in which the messages
 * were received (MQTT 5, section 4.6), as many as are due in one write.
 */
import type { Writable } from 'node:stream';

/** MQTT 5, section 3.4: the packet's type, and the length of what follows. Without a reason code it means success. */
const PUBACK = [0x40, 2] as const;

interface Delivery {
  readonly messageId: number;
  state: 'pending' | 'stored' | 'given up';
}

export class Acknowledgements {
  readonly #stream: Writable;
  /** Received and not acknowledged, in the order of their arrival. */
  #deliveries: Delivery[] = [];
  #isFlushDue = false;

  constructor(stream: Writable) {
    this.#stream = stream;
  }

  /** Whether these are the acknowledgements of that connection, and of none before or after it. */
  isOf(stream: Writable): boolean {
    return this.#stream === stream;
  }

  /** Acknowledges the message once `stored` resolves. Where it rejects, the broker delivers it again at the next connection. */
  async after(messageId: number, stored: Promise<void>): Promise<void> {
    const delivery: Delivery = { messageId, state: 'pending' };
    this.#deliveries.push(delivery);
    try {
      await stored;
      delivery.state = 'stored';
    } catch (error) {
      delivery.state = 'given up';
      throw error;
    } finally {
      if (this.#deliveries[0] === delivery) this.#flushSoon();
    }
  }

  /** The messages of a batch are stored in the same turn. */
  #flushSoon(): void {
    if (this.#isFlushDue) return;
    this.#isFlushDue = true;
    setImmediate(() => {
      this.#isFlushDue = false;
      this.flush();
    });
  }

  flush(): void {
    const firstPending = this.#deliveries.findIndex(({ state }) => state === 'pending');
    const due = this.#deliveries.splice(0, firstPending === -1 ? this.#deliveries.length : firstPending);
    const bytes = due.flatMap(({ state, messageId }) =>
      state === 'stored' ? [...PUBACK, messageId >> 8, messageId & 0xff] : [],
    );
    // Of a connection that was lost nothing is acknowledged: the broker delivers it again.
    if (bytes.length > 0 && this.#stream.writable) this.#stream.write(Buffer.from(bytes));
  }
}
