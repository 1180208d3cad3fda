/** Names and texts in the language of the operation: English where there is an English one, and otherwise the chain's own. */
import type { Context } from '../context.js';

interface Named {
  readonly name: string;
  readonly nameEn: string | null;
}

interface Described {
  readonly description: string;
  readonly descriptionEn: string | null;
}

export function nameIn({ name, nameEn }: Named, _args: unknown, { language }: Context): string {
  return language === 'en' ? (nameEn ?? name) : name;
}

export function descriptionIn(
  { description, descriptionEn }: Described,
  _args: unknown,
  { language }: Context,
): string {
  return language === 'en' ? (descriptionEn ?? description) : description;
}
