/**
 * Says errors' messages in the language of the reader. They are raised in English, by Kedai and by its libraries alike, and
 * translated where they leave.
 */
import type { Language } from './language.js';
import { MESSAGE_OF_CODE, MESSAGES } from './messages.js';

/** No message of the catalogue is longer with its values in it, and the time to match one grows faster than its length. */
const LONGEST_MESSAGE = 500;

const PLACEHOLDER = /\{([a-zA-Z]+)\}/g;

/** An entry of the catalogue with values in it. */
interface Template {
  readonly pattern: RegExp;
  readonly indonesian: string;
}

/** The most literal ones first: `The order is {status}: say …` goes before `The order is {status}.` */
const TEMPLATES: readonly Template[] = Object.entries(MESSAGES)
  .filter(([english]) => english.includes('{'))
  .toSorted(([one], [other]) => literalLength(other) - literalLength(one))
  .map(([english, indonesian]) => ({ pattern: patternOf(english), indonesian }));

/**
 * The message in that language. One that the catalogue lacks stays as it is.
 * @param language undefined for English, in which messages are raised.
 */
export function translated(message: string, language: Language | undefined): string {
  return language === 'id' ? (indonesianOf(message) ?? message) : message;
}

/** As `translated`; what the catalogue lacks is said by its code, if that is one of the catalogue's. */
export function translatedByCode(message: string, code: unknown, language: Language | undefined): string {
  if (language !== 'id') return message;
  return indonesianOf(message) ?? MESSAGES_BY_CODE.get(code) ?? message;
}

/** Whether the catalogue has it, with nothing but figures where it leaves a place for a value. */
export function isTranslated(message: string): boolean {
  if (Object.hasOwn(MESSAGES, message)) return true;
  const values = TEMPLATES.map(({ pattern }) => pattern.exec(message)?.groups).find(
    (found) => found !== undefined,
  );
  return values !== undefined && Object.values(values).every((value) => !/[a-z]/i.test(value));
}

const MESSAGES_BY_CODE: ReadonlyMap<unknown, string> = new Map(Object.entries(MESSAGE_OF_CODE));

function indonesianOf(message: string): string | undefined {
  if (message.length > LONGEST_MESSAGE) return undefined;
  if (Object.hasOwn(MESSAGES, message)) return MESSAGES[message];
  for (const { pattern, indonesian } of TEMPLATES) {
    const values = pattern.exec(message)?.groups;
    if (values !== undefined) {
      return indonesian.replaceAll(PLACEHOLDER, (placeholder, name: string) => values[name] ?? placeholder);
    }
  }
  return undefined;
}

function patternOf(english: string): RegExp {
  const source = english
    .split(/(\{[a-zA-Z]+\})/)
    .map((part) =>
      part.startsWith('{') ? `(?<${part.slice(1, -1)}>.+)` : part.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&'),
    )
    .join('');
  return new RegExp(`^${source}$`, 's');
}

function literalLength(english: string): number {
  return english.replaceAll(PLACEHOLDER, '').length;
}
