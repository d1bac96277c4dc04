import { expect, test } from "vitest";
import { temporaryFolder } from "../testing/folder.ts";
import { writeConfig } from "../testing/config-file.ts";
import { changesBetween, isUnchanged } from "./config-changes.ts";
import { type Config, EMPTY_CONFIG, loadConfig } from "./config.ts";

const BASE = `links: { run: "https://example.com/{{sync.id}}" }
network: { allow: [127.0.0.0/8] }
retention: 30d
destinations:
  - { id: a, channel: http, config: { url: https://example.com/a } }
  - { id: b, channel: http, config: { url: https://example.com/b }, when: { status: failed } }
`;

const NONE = { added: [], changed: [], removed: [], settings: [] };

async function read(text: string): Promise<Config> {
  const env = { URL: "https://example.com/a" };
  const loaded = await loadConfig(writeConfig(temporaryFolder(), text), env);
  if (loaded.ok) return loaded.config;
  throw new Error(loaded.problems.map(({ message }) => message).join("\n"));
}

const NEW = "  - { id: c, channel: http, config: { url: https://example.com/c } }\n";
const [HEAD = "", A = "", B = ""] = BASE.split(/(?= {2}- )/);

test.each<readonly [string, string, object]>([
  ["a comment", `# why\n${BASE}`, NONE],
  ["the order of keys", BASE.replace("id: a, channel: http", "channel: http, id: a"), NONE],
  ["a secret that is referred to", BASE.replace("https://example.com/a", "{ env: URL }"), NONE],
  ["a new destination", BASE + NEW, { ...NONE, added: ["c"] }],
  ["one less", HEAD + A, { ...NONE, removed: ["b"] }],
  ["another id", BASE.replace("id: a", "id: c"), { ...NONE, added: ["c"], removed: ["a"] }],
  ["a url", BASE.replace("/a }", "/x }"), { ...NONE, changed: ["a"] }],
  [
    "a channel",
    BASE.replace(
      "http, config: { url: https://example.com/a",
      "slack, config: { url: https://example.com/a",
    ),
    { ...NONE, changed: ["a"] },
  ],
  ["a rule", BASE.replace("failed", "skipped"), { ...NONE, changed: ["b"] }],
  ["a tenant", BASE.replace("id: a", "id: a, tenant: t"), { ...NONE, changed: ["a"] }],
  ["a pace", BASE.replace("id: a", "id: a, pace: { per_second: 1 }"), { ...NONE, changed: ["a"] }],
  ["a fallback", BASE.replace("id: a", "id: a, fallback: b"), { ...NONE, changed: ["a"] }],
  ["a time", BASE.replace("id: a", "id: a, expire: 1h"), { ...NONE, changed: ["a"] }],
  ["the order", HEAD + B + A, { ...NONE, settings: ["order"] }],
  ["a link", BASE.replace("com/{{", "org/{{"), { ...NONE, settings: ["links"] }],
  ["a network", BASE.replace("127.0.0.0", "10.0.0.0"), { ...NONE, settings: ["network"] }],
  ["the retention", BASE.replace("30d", "31d"), { ...NONE, settings: ["retention"] }],
  ["no retention", BASE.replace("retention: 30d\n", ""), { ...NONE, settings: ["retention"] }],
])("%s", async (_, text, changes) => {
  const found = changesBetween(await read(BASE), await read(text));
  expect(found).toEqual(changes);
  expect(isUnchanged(found)).toBe(changes === NONE);
});

test("where there was no config, everything in it is new", async () => {
  expect(changesBetween(EMPTY_CONFIG, await read(BASE))).toEqual({
    added: ["a", "b"],
    changed: [],
    removed: [],
    settings: ["links", "network", "retention"],
  });
});
