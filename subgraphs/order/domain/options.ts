/**
 * The options of a line: those chosen, and the defaults of every group without a choice. Each group's minimum and maximum
 * hold, an exclusive option is the only one of its group, and no option is taken twice.
 */
import type { MenuItem, MenuOption } from './menu.js';

export type Choice =
  | { readonly ok: true; readonly options: readonly MenuOption[] }
  | { readonly ok: false; readonly problem: string };

export function chooseOptions(item: MenuItem, optionIds: readonly string[]): Choice {
  const chosen = new Set(optionIds);
  if (chosen.size !== optionIds.length) return problem('An option is chosen twice.');

  const options: MenuOption[] = [];
  for (const group of item.optionGroups) {
    const picked = group.options.filter(({ id }) => chosen.delete(id));
    const taken = picked.length > 0 ? picked : group.options.filter(({ isDefault }) => isDefault);
    if (taken.length < group.minimum) return problem(`Choose at least ${group.minimum} of ${group.name}.`);
    if (taken.length > group.maximum) return problem(`Choose at most ${group.maximum} of ${group.name}.`);
    const alone = taken.length > 1 ? taken.find(({ isExclusive }) => isExclusive === true) : undefined;
    if (alone !== undefined) return problem(`${alone.name} goes with nothing else of ${group.name}.`);
    options.push(...taken);
  }
  if (chosen.size > 0) return problem(`${item.name} has no such option.`);
  return { ok: true, options };
}

function problem(message: string): Choice {
  return { ok: false, problem: message };
}
