/**
 * Everything in a payload that does more in Slack than stand there to be read, each once: mentions,
 * links, dates and other control sequences, text whose mark-up is parsed, elements that act, images.
 * Link buttons and a label in bold are what a message is made with, and are not among it.
 */
export function liveMarkup(payload: unknown): readonly string[] {
  const found = new Set<string>();
  const message = payload as Readonly<Record<string, unknown>>;
  if (message["mrkdwn"] !== false) found.add("text: *_~` act");
  if (message["parse"] !== "none") found.add("text: URLs become links");
  if ("link_names" in message) found.add("text: @names become mentions");
  if (message["unfurl_links"] !== false || message["unfurl_media"] !== false) found.add("unfurls");
  for (const sequence of controls(String(message["text"]))) found.add(sequence);
  walk(payload, found);
  return [...found];
}

/** In rich text what acts is the element, in `mrkdwn` the characters; in `plain_text` nothing is. */
const INERT = /^(?:text|plain_text|header|section|context|actions|button|rich_text(?:_[a-z]+)?)$/;

function walk(value: unknown, found: Set<string>): void {
  if (typeof value !== "object" || value === null) return;
  const part = value as Readonly<Record<string, unknown>>;
  const { type, text, fallback } = part;
  if (type === "mrkdwn") {
    const sequences = controls(String(text));
    for (const sequence of sequences) found.add(sequence);
    const rest = sequences.reduce((left, each) => left.replace(each, ""), String(text)).trim();
    if (!/^(?:\*[\p{L}\p{N} ]+\*)?$/u.test(rest)) found.add(`mrkdwn: ${rest}`);
    if (part["verbatim"] !== true) found.add("mrkdwn: names and URLs become links");
  } else if (type !== undefined && !(typeof type === "string" && INERT.test(type))) {
    found.add(JSON.stringify(part));
  }
  if (type === "plain_text" && part["emoji"] !== false) found.add("plain_text: emoji");
  if (type === "text" && part["style"] !== undefined) found.add("rich_text: style");
  if (typeof fallback === "string") for (const each of controls(fallback)) found.add(each);
  for (const inner of Object.values(part)) walk(inner, found);
}

/** Control sequences, and any angle bracket that is left over. */
function controls(text: string): readonly string[] {
  return text.match(/<[^<>]*>|[<>]/g) ?? [];
}
