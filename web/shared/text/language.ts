/** The page's language: `?lang=` before what the browser prefers, Indonesian where neither is known. */
const LANGUAGES = ['id', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];

export const language: Language = chosenLanguage();
document.documentElement.lang = language;

function chosenLanguage(): Language {
  const asked = new URLSearchParams(location.search).get('lang');
  for (const tag of [asked, ...navigator.languages]) {
    const known = LANGUAGES.find((one) => tag?.toLowerCase().split('-')[0] === one);
    if (known !== undefined) return known;
  }
  return 'id';
}

/** The text of the page's language. */
export function translated<Text>(texts: Readonly<Record<Language, Text>>): Text {
  return texts[language];
}
