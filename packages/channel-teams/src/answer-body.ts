/** Reads a JSON text; undefined where it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * The word for what went wrong in an answer of Microsoft's services: `{"error":{"code":"…"}}`, or the
 * same as JSON inside of a text, or `{"error":"…"}` of the token service. Undefined where there is none.
 */
export function errorWord(body: string): string | undefined {
  return /"(?:error|code|subCode)\\?"\s*:\s*\\?"([\w ]{1,100})\\?"/.exec(body)?.[1];
}
