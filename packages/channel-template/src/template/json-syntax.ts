type Expected = "value" | "value or end" | "name" | "name or end" | "colon" | "comma or end";

const TOKEN =
  /[ \t\r\n]*(?:([{}[\],:])|("(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[\dA-Fa-f]{4}))*")|(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w.+-]))/y;

/**
 * Where a text stops being JSON, as an index of it, or undefined if all of it is. `JSON.parse` knows
 * better than this what JSON is, but says the place of a fault only now and then.
 */
export function jsonFault(text: string): number | undefined {
  const open: ("{" | "[")[] = [];
  let expected: Expected = "value";
  let end = 0;
  let done = false;
  while (!done) {
    TOKEN.lastIndex = end;
    const match = TOKEN.exec(text);
    const at = end + (/^[ \t\r\n]*/.exec(text.slice(end))?.[0].length ?? 0);
    if (!match) return at;
    const [, sign, quoted] = match;
    const closes = sign === "}" || sign === "]";
    if (closes) {
      if (
        expected !== "comma or end" &&
        expected !== (sign === "}" ? "name or end" : "value or end")
      )
        return at;
      if (open.pop() !== (sign === "}" ? "{" : "[")) return at;
      expected = "comma or end";
    } else if (expected === "comma or end") {
      if (sign !== ",") return at;
      expected = open.at(-1) === "{" ? "name" : "value";
    } else if (expected === "colon") {
      if (sign !== ":") return at;
      expected = "value";
    } else if (expected === "name" || expected === "name or end") {
      if (quoted === undefined) return at;
      expected = "colon";
    } else if (sign === "{" || sign === "[") {
      open.push(sign);
      expected = sign === "{" ? "name or end" : "value or end";
    } else if (sign === undefined) {
      expected = "comma or end";
    } else return at;
    end = TOKEN.lastIndex;
    done = open.length === 0 && expected === "comma or end";
  }
  const rest = /[^ \t\r\n]/.exec(text.slice(end));
  return rest ? end + rest.index : undefined;
}
