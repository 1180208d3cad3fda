/** One event of a stream, serialised once for all clients: each socket adds the id of its own operation before the same bytes. */
export class Frame {
  /** The execution result as JSON. */
  readonly text: string;
  #bytes: Buffer | undefined;

  constructor(text: string) {
    this.text = text;
  }

  /** The bytes between a head and a tail: a whole message of a socket. */
  within(head: Buffer, tail: Buffer): Buffer {
    this.#bytes ??= Buffer.from(this.text, 'utf8');
    const message = Buffer.allocUnsafe(head.length + this.#bytes.length + tail.length);
    message.set(head, 0);
    message.set(this.#bytes, head.length);
    message.set(tail, head.length + this.#bytes.length);
    return message;
  }
}
