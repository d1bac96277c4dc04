/**
 * What Slack's reference on blocks, attachments and incoming webhooks allows, as read in November
 * 2026, and what it refuses without saying so. Written from its pages, not from this package.
 */
type Part = Readonly<Record<string, unknown>>;
type Report = (place: string, problem: string) => void;

/** Every limit that a payload breaks, each with its place; empty for one that Slack takes. */
export function slackProblems(payload: unknown, maxBytes = 40_000): readonly string[] {
  const problems: string[] = [];
  const report: Report = (place, problem) => void problems.push(`${place}: ${problem}`);
  const json = JSON.stringify(payload);
  const message = asPart(payload);
  if (Buffer.byteLength(json) > maxBytes) report("message", `over ${maxBytes} bytes`);
  if (/\\ud[89a-f]/.test(json)) report("message", "half of a character");
  size("text", message["text"], 1, 40_000, report);
  entities("text", message["text"], report);
  const attachments = list(message["attachments"]);
  if (attachments.length > 100) report("attachments", "over 100");
  const layouts = [message["blocks"], ...attachments.map((each) => asPart(each)["blocks"])];
  const all = layouts.map((blocks) => JSON.stringify(blocks ?? "")).join("");
  if (all.length > 12_000) report("blocks", `${all.length} characters in all`);
  if (layouts.flatMap(list).length > 50) report("blocks", "over 50");
  for (const [index, blocks] of layouts.entries()) {
    if (blocks !== undefined && list(blocks).length === 0) report("blocks", "none");
    for (const [at, each] of list(blocks).entries()) {
      block(`${index === 0 ? "" : "attachments."}blocks.${at}`, asPart(each), report);
    }
  }
  for (const each of attachments) attachment(asPart(each), report);
  return problems;
}

/** Older fields beside blocks, and colours by name, make `invalid_attachments` or have no effect. */
function attachment(part: Part, report: Report): void {
  const older = Object.keys(part).filter((key) => !["blocks", "color", "fallback"].includes(key));
  if (older.length > 0) report("attachments", `${older.join()} beside blocks`);
  if (!/^#[0-9a-f]{6}$/i.test(String(part["color"]))) report("attachments", "colour is not hex");
  size("attachments.fallback", part["fallback"], 1, 3000, report);
  entities("attachments.fallback", part["fallback"], report);
}

function block(place: string, part: Part, report: Report): void {
  size(`${place}.block_id`, part["block_id"] ?? "none", 1, 255, report);
  const elements = list(part["elements"]);
  switch (part["type"]) {
    case "header":
      return text(`${place}.text`, part["text"], 150, report, ["plain_text"]);
    case "section": {
      const fields = list(part["fields"]);
      if (part["text"] !== undefined) text(`${place}.text`, part["text"], 3000, report);
      else if (fields.length === 0) report(place, "neither text nor fields");
      if (fields.length > 10) report(`${place}.fields`, "over 10");
      return fields.forEach((field) => text(`${place}.fields`, field, 2000, report));
    }
    case "context":
      if (elements.length < 1 || elements.length > 10) report(place, "not 1 to 10 elements");
      return elements.forEach((element) => text(place, element, 3000, report));
    case "actions":
      if (elements.length < 1 || elements.length > 25) report(place, "not 1 to 25 elements");
      return elements.forEach((element) => button(place, asPart(element), report));
    case "rich_text":
      if (elements.length === 0) report(place, "no elements");
      return elements.forEach((element) => richText(place, asPart(element), report));
    default:
      return report(place, `unknown type ${String(part["type"])}`);
  }
}

function button(place: string, part: Part, report: Report): void {
  if (part["type"] !== "button") report(place, `${String(part["type"])} in place of a button`);
  text(`${place}.text`, part["text"], 75, report, ["plain_text"]);
  size(`${place}.url`, part["url"], 1, 3000, report);
  if (!/^https?:\/\/[^\s<>|]+$/.test(String(part["url"]))) report(`${place}.url`, "not http(s)");
  size(`${place}.value`, part["value"] ?? "none", 1, 2000, report);
  size(`${place}.action_id`, part["action_id"] ?? "none", 1, 255, report);
  size(`${place}.accessibility_label`, part["accessibility_label"] ?? "none", 1, 75, report);
}

function richText(place: string, part: Part, report: Report): void {
  const elements = list(part["elements"]);
  if (!/^rich_text_(?:section|preformatted|quote)$/.test(String(part["type"]))) {
    report(place, `unknown type ${String(part["type"])}`);
  }
  if (elements.length === 0) report(place, "no elements");
  for (const each of elements) size(`${place}.text`, asPart(each)["text"], 1, 3000, report);
}

function text(
  place: string,
  value: unknown,
  longest: number,
  report: Report,
  types: readonly unknown[] = ["plain_text", "mrkdwn"],
): void {
  const part = asPart(value);
  size(place, part["text"], 1, longest, report);
  if (!types.includes(part["type"])) report(place, `type ${String(part["type"])}`);
  const foreign = part["type"] === "mrkdwn" ? "emoji" : "verbatim";
  if (foreign in part) report(place, `${foreign} in ${String(part["type"])}`);
  if (part["type"] === "mrkdwn") entities(place, part["text"], report);
}

/** An ampersand begins one of Slack's three entities, whole; a cut through one would show here. */
function entities(place: string, value: unknown, report: Report): void {
  if (/&(?!(?:amp|lt|gt);)/.test(String(value))) report(place, "half of an entity");
}

function size(place: string, value: unknown, from: number, to: number, report: Report): void {
  const length = typeof value === "string" ? value.length : -1;
  if (length < from || length > to) report(place, `${length} characters, not ${from} to ${to}`);
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function asPart(value: unknown): Part {
  return typeof value === "object" && value !== null ? (value as Part) : {};
}
