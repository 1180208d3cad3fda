/**
 * What is made of an answer that many clients get from the response cache: its compressed forms and its entity tag, each made once
 * for as long as the answer is cached.
 */
import { type ContentEncoding, compress } from '../../platform/http/content-encoding.js';
import { entityTagOf } from '../../platform/http/entity-tag.js';
import type { SerializedResponse } from '../execution/execute.js';

export class SharedAnswers {
  readonly #compressed: Readonly<Record<ContentEncoding, WeakMap<SerializedResponse, Promise<Buffer>>>> = {
    br: new WeakMap(),
    gzip: new WeakMap(),
  };
  readonly #tags = new WeakMap<SerializedResponse, string>();

  compressed(answer: SerializedResponse, encoding: ContentEncoding): Promise<Buffer> {
    const known = this.#compressed[encoding].get(answer);
    if (known !== undefined) return known;
    const made = compress(answer.text, encoding);
    this.#compressed[encoding].set(answer, made);
    return made;
  }

  tag(answer: SerializedResponse): string {
    const known = this.#tags.get(answer);
    if (known !== undefined) return known;
    const tag = entityTagOf(answer.text);
    this.#tags.set(answer, tag);
    return tag;
  }
}
