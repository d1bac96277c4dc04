const MASK = "***";

/**
 * Shapes of secrets as they turn up in error texts, each with what is kept of a match.
 * Every repetition is bounded, so that the time is linear in the text whatever it holds.
 */
const SECRET_SHAPES: readonly (readonly [RegExp, string])[] = [
  // scheme://user:password@host
  [/\b([a-z][a-z0-9+.-]{1,30}:\/\/[^\s:/?#@"'<>]{0,256}):[^\s/?#"'<>]{1,512}@/gi, `$1:${MASK}@`],
  [
    /((?:\b|_)authorization\\{0,3}["']?\s{0,32}[:=]\s{0,32}\\{0,3}["']?(?:[a-z]{3,12}\s{1,4})?)[^\s"',;\\]{4,8192}/gi,
    `$1${MASK}`,
  ],
  [/\b(bearer\s{1,4})[a-z0-9._~+/=-]{16,8192}/gi, `$1${MASK}`],
  // password=x, "api_key": "x", clientSecret: x, 'token': b'x', {\"pwd\": \"x\"}
  [
    /\b([\w-]{0,40}?(?:password|passwd|pwd|passphrase|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|account[_-]?key|credentials?|signature|sig)(?:[_-]?(?:id|key))?)(\\{0,3}["']?\s{0,32}[:=]\s{0,32})(?:[bu]?\\{0,3}"[^"\n]{1,8192}"?|[bu]?\\{0,3}'[^'\n]{1,8192}'?|[^\s"'&,;|}\])]{1,8192})/gi,
    `$1$2${MASK}`,
  ],
  // Keys with a shape of their own: Slack, GitHub, AWS, Stripe, Google, Standard Webhooks, npm, JWT, PEM.
  [/\bxox[a-z]-[A-Za-z0-9-]{10,256}/g, MASK],
  [/\bhttps:\/\/hooks\.slack\.com\/(?:services|workflows|triggers)\/[^\s"'<>]{1,512}/gi, MASK],
  [/\b(?:gh[pousr]_|github_pat_)[A-Za-z0-9_]{20,256}/g, MASK],
  [/\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g, MASK],
  [/\b[sr]k_(?:live|test)_[A-Za-z0-9]{10,256}/g, MASK],
  [/\bAIza[A-Za-z0-9_-]{30,128}/g, MASK],
  [/\bwhs(?:ec|k|pk)_[A-Za-z0-9+/=]{16,256}/g, MASK],
  [/\bnpm_[A-Za-z0-9]{30,128}/g, MASK],
  [
    /(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{8,512}\.[A-Za-z0-9_-]{8,8192}\.[A-Za-z0-9_-]{0,1024}/g,
    MASK,
  ],
  [
    /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[^-]{0,8192}(?:-----END [A-Z ]{0,40}PRIVATE KEY-----)?/g,
    MASK,
  ],
];

/**
 * Masks what looks like a secret in a text that somebody else wrote: passwords in connection
 * strings, values of fields named like secrets, keys with a known shape.
 */
export function redactSecrets(text: string): string {
  return SECRET_SHAPES.reduce((masked, [shape, kept]) => masked.replace(shape, kept), text);
}

/** A secret shorter than this is not searched for: masking it would mangle ordinary words. */
const SHORTEST_SECRET = 6;

/** A part of a URL's path is taken for a secret from this length on; shorter ones are words. */
const SHORTEST_SEGMENT = 12;

/**
 * Makes a function that masks the given secrets wherever they stand in a text, as they are or
 * percent-encoded, whole or in the part that a receiver would echo, and whatever else
 * {@link redactSecrets} recognises.
 */
export function redactor(secrets: Iterable<string>): (text: string) => string {
  const needles = new Set<string>();
  for (const secret of secrets) {
    for (const part of [secret, ...partsOf(secret)]) {
      if (part.length < SHORTEST_SECRET) continue;
      const plain = part.toWellFormed();
      needles.add(plain).add(encodeURIComponent(plain)).add(encodeURI(plain));
    }
  }
  const longestFirst = [...needles].toSorted((a, b) => b.length - a.length);
  return (text) =>
    redactSecrets(longestFirst.reduce((masked, needle) => masked.replaceAll(needle, MASK), text));
}

/** Of `Bearer X` the X; of a URL its path with the query, the values in the query, long path segments. */
function partsOf(secret: string): readonly string[] {
  const [, token] = /^[a-z]{3,20} (\S+)$/i.exec(secret) ?? [];
  if (token !== undefined) return [token];
  if (!/^https?:/i.test(secret) || !URL.canParse(secret)) return [];
  const { pathname, search, searchParams } = new URL(secret);
  const segments = pathname.split("/").filter((segment) => segment.length >= SHORTEST_SEGMENT);
  return [pathname + search, search, ...searchParams.values(), ...segments];
}
