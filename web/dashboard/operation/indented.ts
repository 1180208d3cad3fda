/** The text of an operation on lines of its own, two spaces for each level. The operation has no strings with braces in them. */
export function indented(text: string): string {
  let depth = 0;
  let inArguments = 0;
  let result = '';
  const line = () => `\n${'  '.repeat(depth)}`;
  for (const token of text.replaceAll(/\s+/g, ' ').match(/[{}()]|\.\.\. ?\w+|@?[$\w]+[:!]?|[^\s\w]+/g) ??
    []) {
    if (token === '{' && inArguments === 0) {
      depth += 1;
      result = `${result.trimEnd()} {${line()}`;
    } else if (token === '}' && inArguments === 0) {
      depth -= 1;
      result = `${result.trimEnd()}${line()}}${depth === 0 ? '\n\n' : line()}`;
    } else if (token === '(') {
      inArguments += 1;
      result = `${result.trimEnd()}(`;
    } else if (token === ')') {
      inArguments -= 1;
      result = `${result.trimEnd()})${depth === 0 || inArguments > 0 ? ' ' : line()}`;
    } else if (token === ',') result = `${result.trimEnd()}, `;
    else if (depth === 0 || inArguments > 0) result += `${token} `;
    else result = token.startsWith('@') ? `${result.trimEnd()} ${token} ` : `${result}${token}${line()}`;
  }
  return result.trim();
}
