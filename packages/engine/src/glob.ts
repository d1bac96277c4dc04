/** The longest pattern that a rule may hold, in characters. */
export const LONGEST_GLOB = 256;

/** The steps that a comparison may take in all its texts. What it leads to is an end to patterns made to be slow. */
export interface Steps {
  left: number;
}

/** Steps for one comparison: enough for a plain pattern over the longest event. */
export function stepsForOne(): Steps {
  return { left: 2_000_000 };
}

/** Whether a text fits as a whole; undefined when that takes more steps than are left. */
export type Glob = (text: string, steps: Steps) => boolean | undefined;

/**
 * Reads a pattern: `*` is any run of characters, `?` is one character, `\` takes the next character
 * as it is.
 */
export function compileGlob(pattern: string): Glob {
  const tokens = tokenize(pattern);
  return (text, steps) => {
    let token = 0;
    let at = 0;
    let star = -1;
    let starAt = 0;
    while (at < text.length) {
      if (--steps.left < 0) return undefined;
      const current = tokens[token];
      const width = current === undefined ? 0 : widthOf(current, text, at);
      if (current === ANY) {
        star = token++;
        starAt = at;
      } else if (width > 0) {
        token++;
        at += width;
      } else if (star >= 0) {
        token = star + 1;
        at = ++starAt;
      } else {
        return false;
      }
    }
    while (tokens[token] === ANY) token++;
    return token === tokens.length;
  };
}

const ANY = Symbol("*");
const ONE = Symbol("?");
type Token = typeof ANY | typeof ONE | string;

/** How much of the text a token takes, in UTF-16 units; 0 where it does not fit. */
function widthOf(token: Token, text: string, at: number): number {
  if (token === ANY) return 0;
  if (token === ONE) return (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
  return text.startsWith(token, at) ? token.length : 0;
}

function tokenize(pattern: string): readonly Token[] {
  const characters = Array.from(pattern);
  const tokens: Token[] = [];
  for (let index = 0; index < characters.length; index++) {
    const character = characters[index] ?? "";
    if (character === "*") tokens.push(ANY);
    else if (character === "?") tokens.push(ONE);
    else if (character === "\\") tokens.push(characters[++index] ?? "\\");
    else tokens.push(character);
  }
  return tokens;
}
