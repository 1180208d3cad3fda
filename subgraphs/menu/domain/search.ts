/**
 * What a search of the menu asks for: words in any order, each of which may be the beginning of a word. Words that say nothing
 * of an item need not be there. Only where no item has the others, a word may also have one typing error.
 */

/** A condition on an item's document, as PostgreSQL's `tsquery`. */
export type Condition = string;

const MAXIMUM_WORDS = 12;
const MINIMUM_BEGINNING = 5;
const LONGEST_SPELLING = 16;

/** What people say around what they mean; temperatures, since every cold drink is iced without saying so. */
const FILLERS = new Set(
  `a ada aja an and ang atau banget beli buat cari cup dan dengan dgn di drink drinks enak for gelas hot i ice iced in ini itu
   kak kasih ke lagi mau me mesan minum minuman minta mix my of on order pakai pake pesan please plus rasa sama saya some tasty
   to tolong untuk want with yang yg es dingin cold panas hangat warm beverage flavor flavour flavored flavoured something`.split(
    /\s+/,
  ),
);

/** In the spelling of the database's `search_words`, each once. */
export function wordsOf(search: string): string[] {
  const plain = search
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[\u0300-\u036f'\u2019\u02bc]/gu, '');
  const words = plain.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '');
  return [...new Set(words)].slice(0, MAXIMUM_WORDS);
}

/** The words that say something of an item; all of them where none does. */
export function tellingWords(words: readonly string[]): readonly string[] {
  const telling = words.filter((word) => !FILLERS.has(word));
  return telling.length === 0 ? words : telling;
}

/**
 * The spellings by which the database knows the words that a typed one may be meant to be, as its `search_spellings` makes them; none
 * for a word that is too short to be recognised.
 */
export function spellingsOf(typed: string): string[] {
  if (!isCorrectable(typed)) return [];
  const word = typed.slice(0, LONGEST_SPELLING);
  return [word, ...Array.from(word, (_, gap) => word.slice(0, gap) + word.slice(gap + 1))];
}

/**
 * Whether a typed word is one error away from a word, or, from five letters on, from the beginning of one. In three letters, where
 * most words are an error away from another, none may be missing or added.
 */
export function isNear(typed: string, word: string): boolean {
  if (!isCorrectable(typed)) return false;
  if (typed.length === 3) return word.length === 3 && isOneErrorAway(typed, word);
  if (isOneErrorAway(typed, word)) return true;
  if (typed.length < MINIMUM_BEGINNING) return false;
  return [-1, 0, 1].some((more) => isOneErrorAway(typed, word.slice(0, typed.length + more)));
}

/** Every word begins one of those that the document has at these weights. */
export function allBegin(words: readonly string[], weights = ''): Condition {
  return words.map((word) => beginning(word, weights)).join(' & ');
}

/** The document has every word at these weights. */
export function allPresent(words: readonly string[], weights: string): Condition {
  return words.map((word) => whole(word, weights)).join(' & ');
}

/** As `allBegin`, where each word may also be one of those near it. */
export function allNear(words: readonly string[], known: readonly string[], weights = ''): Condition {
  return words
    .map((word) => {
      const near = known.filter((each) => isNear(word, each)).map((each) => whole(each, weights));
      return `(${[beginning(word, weights), ...near].join(' | ')})`;
    })
    .join(' & ');
}

function beginning(word: string, weights: string): Condition {
  return `'${word}':*${weights}`;
}

function whole(word: string, weights: string): Condition {
  return weights === '' ? `'${word}'` : `'${word}':${weights}`;
}

function isCorrectable(typed: string): boolean {
  return typed.length >= 3 && !/\p{N}/u.test(typed);
}

/** A letter is missing, added or wrong, or two neighbours have changed places. */
function isOneErrorAway(one: string, other: string): boolean {
  if (Math.abs(one.length - other.length) > 1) return false;
  let same = 0;
  while (same < one.length && one[same] === other[same]) same += 1;
  const [rest, otherRest] = [one.slice(same), other.slice(same)];
  if (rest.length !== otherRest.length) {
    return rest.length < otherRest.length ? rest === otherRest.slice(1) : rest.slice(1) === otherRest;
  }
  if (rest.slice(1) === otherRest.slice(1)) return true;
  return rest[0] === otherRest[1] && rest[1] === otherRest[0] && rest.slice(2) === otherRest.slice(2);
}
