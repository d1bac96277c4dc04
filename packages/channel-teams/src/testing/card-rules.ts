/*
 * What Microsoft's documents say of a card, as a check of its own. The elements and properties are those
 * of the schema of Adaptive Cards 1.4 (adaptivecards.io/explorer); the rest is from the pages "Format
 * cards in Teams", "Cards reference" and "Create incoming webhooks", read in November 2026.
 */

import { isDeepStrictEqual } from "node:util";

type Properties = Readonly<Record<string, readonly string[] | RegExp | "text" | "list" | "flag">>;

const COMMON: Properties = {
  spacing: ["None", "Small", "Default", "Medium", "Large", "ExtraLarge"],
};

/** The elements that a notice may hold, with all that may stand in each and the version that it is of. */
const ELEMENTS: Readonly<Record<string, Properties>> = {
  Container: {
    ...COMMON,
    style: ["default", "emphasis", "good", "attention", "warning", "accent"],
    bleed: "flag",
    items: "list",
  },
  ColumnSet: { ...COMMON, columns: "list" },
  Column: { ...COMMON, width: /^(?:auto|stretch|\d+px)$/, items: "list" },
  RichTextBlock: { ...COMMON, inlines: "list" },
  TextRun: {
    text: "text",
    size: ["Small", "Default", "Medium", "Large", "ExtraLarge"],
    weight: ["Lighter", "Default", "Bolder"],
    color: ["Default", "Dark", "Light", "Accent", "Good", "Warning", "Attention"],
    isSubtle: "flag",
    fontType: ["Default", "Monospace"],
  },
  "Action.OpenUrl": { title: "text", url: /^https?:\/\/[^\s<>"]+$/ },
};

/** Which elements each list may hold. */
const CHILDREN: Readonly<Record<string, readonly string[]>> = {
  body: ["Container", "ColumnSet", "RichTextBlock"],
  items: ["RichTextBlock"],
  columns: ["Column"],
  inlines: ["TextRun"],
  actions: ["Action.OpenUrl"],
};

const CARD = new Set(["type", "$schema", "version", "fallbackText", "msteams", "body", "actions"]);

/** Teams shows six actions and hides or drops the others. */
const MOST_ACTIONS = 6;

type Node = Readonly<Record<string, unknown>>;

/** Every rule that a card breaks, with the place; none for a card that Teams takes. */
export function brokenRules(card: Node): readonly string[] {
  const broken: string[] = [];
  for (const name of Object.keys(card)) if (!CARD.has(name)) broken.push(`card.${name}`);
  if (card["type"] !== "AdaptiveCard") broken.push("card.type");
  if (!/^1\.[45]$/.test(String(card["version"]))) broken.push("card.version");
  const mention = mentionIn(card);
  const msteams = mention ? { width: "Full", entities: mention.entities } : { width: "Full" };
  if (!isDeepStrictEqual(card["msteams"], msteams)) broken.push("card.msteams");
  if (typeof card["fallbackText"] !== "string") broken.push("card.fallbackText");
  const actions = card["actions"];
  if (Array.isArray(actions) && actions.length > MOST_ACTIONS)
    broken.push("card.actions: too many");
  const rest = mention ? { ...card, body: mention.below } : card;
  return [...broken, ...listIn(rest, "body", "card"), ...listIn(card, "actions", "card")];
}

interface MentionInCard {
  readonly entities: readonly unknown[];
  readonly below: readonly unknown[];
}

/**
 * The mention of a card: in its first element, a TextBlock of nothing but names in `at` tags, and beside
 * it an entity for each of them. A TextBlock with anything else in it is none.
 */
function mentionIn({ body, msteams }: Node): MentionInCard | undefined {
  const [first, ...below] = Array.isArray(body) ? (body as readonly Node[]) : [];
  const { entities } = msteams as { readonly entities?: readonly Node[] };
  if (first?.["type"] !== "TextBlock" || !Array.isArray(entities)) return undefined;
  const isEntity = (entity: Node): boolean => {
    const { id, name } = entity["mentioned"] as Readonly<Record<string, string>>;
    const mentioned = { id, name };
    return (
      /^[\w.@#-]+$/.test(id ?? "") &&
      /^[\p{L}\p{N}][^<>[\]{}*`&]*$/u.test(name ?? "") &&
      isDeepStrictEqual(entity, { type: "mention", text: `<at>${name}</at>`, mentioned })
    );
  };
  const text = entities.map((entity: Node) => String(entity["text"])).join(", ");
  const isMention =
    entities.length > 0 &&
    entities.every(isEntity) &&
    isDeepStrictEqual(first, { type: "TextBlock", text, wrap: true });
  return isMention ? { entities, below } : undefined;
}

function listIn(node: Node, name: string, place: string): readonly string[] {
  const list = node[name];
  if (list === undefined && name === "actions") return [];
  if (!Array.isArray(list) || list.length === 0) return [`${place}.${name} is no list, or empty`];
  return list.flatMap((child: Node, index) => {
    const where = `${place}.${name}[${index}]`;
    const type = String(child["type"]);
    return CHILDREN[name]?.includes(type) ? element(child, type, where) : [`${where} is a ${type}`];
  });
}

function element(node: Node, type: string, place: string): readonly string[] {
  const properties = ELEMENTS[type] ?? {};
  const required = Object.keys(properties).filter((name) =>
    ["text", "items", "columns", "inlines", "title", "url"].includes(name),
  );
  const missing = required.filter((name) => node[name] === undefined);
  const wrong = Object.entries(node).flatMap(([name, value]) => {
    const rule = properties[name];
    const where = `${place}.${name}`;
    if (name === "type") return [];
    if (rule === undefined) return [`${where} is not of 1.4`];
    if (rule === "list") return listIn(node, name, place);
    if (rule === "flag") return value === true ? [] : [where];
    if (rule === "text") return typeof value === "string" && value !== "" ? [] : [where];
    if (rule instanceof RegExp) return rule.test(String(value)) ? [] : [where];
    return rule.includes(String(value)) ? [] : [where];
  });
  return [...missing.map((name) => `${place}.${name} is missing`), ...wrong];
}

/** Every text of a card that Teams may read Markdown, XML or functions in. */
export function textsWithMarkup(value: unknown, name = ""): readonly string[] {
  if (typeof value === "string") {
    return ["fallbackText", "summary", "speak"].includes(name) ? [value] : [];
  }
  if (typeof value !== "object" || value === null) return [];
  const isMarkdown = "type" in value && (value.type === "TextBlock" || value.type === "FactSet");
  return [
    ...(isMarkdown ? [JSON.stringify(value)] : []),
    ...Object.entries(value).flatMap(([key, inner]) => textsWithMarkup(inner, key)),
  ];
}

/** Every text that a card shows as it is. */
export function plainTexts(value: unknown): readonly string[] {
  if (typeof value !== "object" || value === null) return [];
  const own = "type" in value && value.type === "TextRun" && "text" in value ? [value.text] : [];
  return [...own, ...Object.values(value).flatMap((inner) => plainTexts(inner))].map(String);
}
