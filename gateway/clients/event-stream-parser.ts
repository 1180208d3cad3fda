/** An incremental parser of `text/event-stream` by the HTML standard: any line ending, comments, data in several lines. */
export interface ServerSentEvent {
  /** Its type; `message` where it has none. */
  readonly event: string;
  readonly data: string;
}

const LINE_END = /\r\n|\n|\r/;

export class EventStreamParser {
  readonly #decoder = new TextDecoder();
  readonly #maximumLength: number;
  /** Of the line that has not ended: joined once it has, so that a long one takes no longer for coming in many pieces. */
  #pieces: string[] = [];
  #length = 0;
  #isAfterReturn = false;
  #event = '';
  #data: string | undefined;

  /** @param maximumLength of an event, in characters. */
  constructor(maximumLength: number) {
    this.#maximumLength = maximumLength;
  }

  /** The events that a chunk completes. @throws RangeError for one that is too long. */
  push(piece: Uint8Array): ServerSentEvent[] {
    let text = this.#decoder.decode(piece, { stream: true });
    if (this.#isAfterReturn && text.startsWith('\n')) text = text.slice(1);
    if (text !== '') this.#isAfterReturn = text.endsWith('\r');
    const events: ServerSentEvent[] = [];
    const lines = text.split(LINE_END);
    const rest = lines.pop() ?? '';
    for (const end of lines) {
      const event = this.#line(this.#pieces.join('') + end);
      this.#pieces = [];
      this.#length = 0;
      if (event !== undefined) events.push(event);
    }
    this.#pieces.push(rest);
    this.#length += rest.length;
    if (this.#length + (this.#data?.length ?? 0) > this.#maximumLength) {
      throw new RangeError(`An event has more than ${this.#maximumLength} characters`);
    }
    return events;
  }

  #line(line: string): ServerSentEvent | undefined {
    if (line === '') return this.#dispatch();
    const colon = line.indexOf(':');
    const field = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1);
    if (field === 'event') this.#event = value;
    else if (field === 'data') this.#data = this.#data === undefined ? value : `${this.#data}\n${value}`;
    return undefined;
  }

  /** Some servers leave out the `data` line of an event without data. */
  #dispatch(): ServerSentEvent | undefined {
    const [event, data] = [this.#event, this.#data];
    this.#event = '';
    this.#data = undefined;
    if (event === '' && data === undefined) return undefined;
    return { event: event === '' ? 'message' : event, data: data ?? '' };
  }
}
