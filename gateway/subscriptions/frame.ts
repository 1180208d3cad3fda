/**
 * One event of a stream, serialised once for all its clients: each socket puts its own operation's id before the same
 * bytes.
 */
export class Frame {
  /** The answer as JSON. */
  readonly text: string;
  #bytes: Buffer | undefined;

  constructor(text: string) {
    this.text = text;
  }

  /** Between a head and a tail, as the whole message of a socket. */
  within(head: Buffer, tail: Buffer): Buffer {
    this.#bytes ??= Buffer.from(this.text, 'utf8');
    const message = Buffer.allocUnsafe(head.length + this.#bytes.length + tail.length);
    message.set(head, 0);
    message.set(this.#bytes, head.length);
    message.set(tail, head.length + this.#bytes.length);
    return message;
  }
}
