import type { Json, Notification } from "@syncbell/core";
import type { PresetName } from "../presets/presets.ts";

type Fields = Readonly<Record<string, Json>>;

/** What a reader's program would act on in a text that it takes for plain. */
const ACTING: readonly RegExp[] = [
  /[a-z][a-z\d+.-]*:\/\//i,
  /\b(?:mailto|tel|javascript|data):[\w/+]/i,
  /[\p{L}\p{N}-]\.(?:com|net|org|example|internal|io|\p{L}{2,})\b/iu,
  /@[\p{L}\p{N}_-]/u,
  /<[^\s\u200b]/,
];

function isInert(text: string): boolean {
  return !ACTING.some((pattern) => pattern.test(text));
}

/**
 * What a service would refuse in a body, and what in it would act: a rule of its documentation, or a
 * mention, a link or mark-up that is not one of the notification's own links. Empty: nothing.
 */
export function faultsOf(
  preset: PresetName,
  body: Json,
  { links }: Pick<Notification, "links">,
): readonly string[] {
  const faults: string[] = [];
  const expect = (holds: boolean, fault: string): void => void (holds || faults.push(fault));
  const ours = new Set(links.map(({ url }) => url));
  RULES[preset](body as Fields, expect, ours);
  expect(JSON.stringify(body).isWellFormed(), "a half of a character");
  return faults;
}

type Rules = (
  body: Fields,
  expect: (holds: boolean, fault: string) => void,
  ours: ReadonlySet<string>,
) => void;

const CODE = /^`[^`\n]+`$/;
const BLOCK = /^```\n[^`]*\n```$/;
/** Items between back-quotes, a line each, and how many more there are. */
const ITEMS = /^(?:`[✓✗–] [^`\n]+`(?:\n|$))+(?:and \d+ more(?:\n|$))?/;
const LABEL = /^[\p{L}\p{N} ()-]{1,256}$/u;

const list = (value: Json | undefined): readonly Fields[] => (value ?? []) as readonly Fields[];
const text = (value: Json | undefined): string => (typeof value === "string" ? value : "");
const bytes = (value: Json): number => Buffer.byteLength(JSON.stringify(value));

/** Every text in a value, but under the names given. */
function textsIn(value: Json | undefined, but: readonly string[] = []): readonly string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) =>
    but.includes(name) ? [] : textsIn(inner, but),
  );
}

const discord: Rules = (body, expect, ours) => {
  const embeds = list(body["embeds"]);
  expect(JSON.stringify(body["allowed_mentions"]) === '{"parse":[]}', "mentions");
  expect(text(body["content"]).length <= 2_000 && embeds.length <= 10, "content");
  let total = 0;
  for (const { author, description, fields, url, title } of embeds) {
    const { name, url: link } = author as Fields;
    const rows = list(fields);
    expect(text(name).length <= 256 && text(name) !== "" && isInert(text(name)), "author");
    expect(
      [link, url].every((each) => each === undefined || ours.has(text(each))),
      "link",
    );
    expect(title === undefined, "title");
    const rest = text(description).replace(ITEMS, "");
    expect(rest === "" || BLOCK.test(rest), "description mark-up");
    expect(text(description).length <= 4_096, "description");
    expect(rows.length <= 25, "fields");
    for (const row of rows) {
      expect(LABEL.test(text(row["name"])), "field name");
      expect(CODE.test(text(row["value"])) && text(row["value"]).length <= 1_024, "field value");
    }
    total += [text(name), text(description), ...textsIn(rows)].join("").length;
  }
  expect(total <= 6_000, "characters");
};

const googleChat: Rules = (body, expect, ours) => {
  expect(bytes(body) <= 32_000, "bytes");
  const [first = {}] = list(body["cardsV2"]);
  const { header, sections } = first["card"] as Fields;
  expect(isInert(text((header as Fields)["title"])), "title");
  for (const widget of list(list(sections)[0]?.["widgets"])) {
    const { decoratedText, textParagraph, buttonList } = widget as Readonly<Record<string, Fields>>;
    for (const html of [decoratedText?.["text"], textParagraph?.["text"]].map(text)) {
      expect(!/[<>]|&(?!(?:amp|lt|gt);)/.test(html), "HTML");
      const read = html.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
      expect(isInert(read), "text");
    }
    expect(decoratedText === undefined || LABEL.test(text(decoratedText["topLabel"])), "label");
    for (const { text: label, onClick } of list(buttonList?.["buttons"])) {
      const { url } = (onClick as Fields)["openLink"] as Fields;
      expect(LABEL.test(text(label)) && ours.has(text(url)), "button");
    }
  }
};

const mattermost: Rules = (body, expect, ours) => {
  const [attachment = {}] = list(body["attachments"]);
  const [title = "", ...lines] = text(attachment["text"]).split("\n");
  expect(CODE.test(title), "title");
  const rest = lines.join("\n").replace(ITEMS, "");
  const [, block, links = ""] = /^(```\n[^`]*\n```)?\n?((?:\[.*\n?)*)$/.exec(rest) ?? [];
  expect(block === undefined || BLOCK.test(block), "block");
  expect(rest === "" || `${block ?? ""}${links}` !== "", "mark-up");
  for (const link of links.split("\n").filter((each) => each !== "")) {
    const [, label = "", url = ""] = /^\[([^[\]]*)\]\(([^\s()<>]*)\)$/.exec(link) ?? [];
    expect(LABEL.test(label), "link label");
    expect(
      [...ours].some((each) => decodeURI(each) === decodeURIComponent(url)),
      "link",
    );
  }
  expect(text(attachment["text"]).length <= 16_383, "characters");
  expect(isInert(text(attachment["fallback"])), "fallback");
  for (const { title: label, value } of list(attachment["fields"])) {
    expect(LABEL.test(text(label)) && CODE.test(text(value)), "field");
  }
};

const telegram: Rules = (body, expect, ours) => {
  const said = text(body["text"]);
  const entities = list(body["entities"]);
  expect(said.length >= 1 && said.length <= 4_096 && said === said.trim(), "text");
  expect(entities.length <= 100 && body["parse_mode"] === undefined, "entities");
  let free = "";
  let end = 0;
  for (const { type, offset, length, url } of entities) {
    const [from, size] = [offset, length] as readonly number[] as [number, number];
    expect(from >= end && size > 0 && from + size <= said.length, "entity");
    free += said.slice(end, from);
    end = from + size;
    if (type === "text_link") expect(ours.has(text(url)), "link");
    else expect((type === "code" || type === "pre") && url === undefined, "entity type");
  }
  free += said.slice(end);
  expect(/^(?:\n|: |[\p{L}\p{N} ()-])*$/u.test(free), `free text ${free}`);
};

const pagerduty: Rules = (body, expect, ours) => {
  expect(bytes(body) <= 512_000, "bytes");
  expect(body["routing_key"] === undefined, "secret");
  expect(text(body["dedup_key"]).length <= 255, "dedup_key");
  for (const { href, text: label } of list(body["links"])) {
    expect(ours.has(text(href)) && LABEL.test(text(label)), "link");
  }
  const payload = body["payload"] as Fields | undefined;
  if (payload === undefined) return;
  expect(text(payload["summary"]) !== "" && text(payload["summary"]).length <= 1_024, "summary");
  expect(text(payload["source"]) !== "", "source");
  expect(textsIn(payload, ["timestamp"]).every(isInert), "text");
};

const opsgenie: Rules = (body, expect, ours) => {
  expect(text(body["message"]).length <= 130, "message");
  expect(text(body["alias"]).length <= 512, "alias");
  expect(text(body["description"]).length <= 15_000, "description");
  expect(text(body["note"]).length <= 25_000, "note");
  expect(bytes(body["details"] ?? {}) <= 24_000, "details");
  expect(textsIn(body["details"]).join("").length <= 8_000, "details");
  const places = [...ours].toSorted((a, b) => b.length - a.length);
  const said = places.reduce(
    (left, url) => left.replaceAll(`: ${url}`, ""),
    text(body["description"]),
  );
  expect([said, ...textsIn(body, ["description"])].every(isInert), "text");
};

const ntfy: Rules = (body, expect, ours) => {
  expect(Buffer.byteLength(text(body["message"])) <= 4_096, "message");
  expect(text(body["message"]) !== "", "empty message");
  expect(Buffer.byteLength(text(body["title"])) <= 1_024, "title");
  expect([text(body["message"]), text(body["title"])].every(isInert), "text");
  expect(body["markdown"] === undefined && list(body["actions"]).length <= 3, "actions");
  expect(body["click"] === undefined || ours.has(text(body["click"])), "click");
  for (const { label, url } of list(body["actions"])) {
    expect(ours.has(text(url)) && LABEL.test(text(label)), "action");
  }
};

const RULES: Readonly<Record<PresetName, Rules>> = {
  discord,
  "google-chat": googleChat,
  mattermost,
  telegram,
  pagerduty,
  opsgenie,
  ntfy,
};
