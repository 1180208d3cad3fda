/** The lists here are in the order of ids, so an id is all that a cursor can hold. */
import { ErrorCode, requestError } from '../../../platform/errors.js';
import { isId } from '../../../platform/ids.js';
import type { Page } from '../../../platform/paging.js';

/** @throws BAD_USER_INPUT */
export function requireIdCursor(page: Page): Page {
  if (page.after !== null && !isId(page.after)) {
    throw requestError(ErrorCode.BAD_USER_INPUT, 'after is not a cursor of this list');
  }
  return page;
}
