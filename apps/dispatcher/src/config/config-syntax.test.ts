import { expect, test } from "vitest";
import { loadConfig } from "./config.ts";
import { mistakesIn, withDestination } from "../testing/config-file.ts";
import { temporaryFolder } from "../testing/folder.ts";

const alias = 'there is no anchor for this alias; a text that begins with "*" needs quotes';
const tag = 'tags have no meaning here; a text that begins with "!" needs quotes';

test.each([
  [
    "a list that is not closed",
    "destinations: [\n  a\n",
    ["3:1: Flow sequence in block collection must be sufficiently indented and end with a ]"],
  ],
  [
    "a quote that is not closed",
    'destinations: [{ id: "ops, channel: http }]\n',
    ['2:1: Missing closing "quote'],
  ],
  [
    "a tab as indentation",
    "destinations:\n\t- id: ops\n",
    ["2:1: Tabs are not allowed as indentation"],
  ],
  [
    "a colon too many",
    "links: a: b\n",
    ["1:8: Nested mappings are not allowed in compact mappings"],
  ],
  [
    "two documents",
    "links: {}\n---\nlinks: {}\n",
    ["2:1: Source contains multiple documents; please use YAML.parseAllDocuments()"],
  ],
  ["an alias without an anchor", withDestination("channel: *http"), [`3:14: ${alias}`]],
  [
    "a list that is a part of itself",
    "plugins: &all [*all]\n",
    ["1:16: this alias stands for something that it is a part of"],
  ],
  [
    "a tag, as other programs have them",
    withDestination("channel: http", "config: { url: !env OPS_URL }"),
    [`4:20: ${tag}`],
  ],
  ["a tag before a list", "plugins: !include [a]\n", [`1:10: ${tag}`]],
])("%s is one problem", async (_, text, lines) => {
  expect(await mistakesIn(text)).toEqual(lines.map((line) => `syncbell.yaml:${line}`));
});

test("aliases that multiply are refused and not followed", async () => {
  const levels = ["a", "b", "c", "d", "e", "f", "g", "h", "i"];
  const bomb = levels.map((name, index) => {
    const inner = index === 0 ? "x" : `*${levels[index - 1]}`;
    return `${name}: &${name} [${Array(10).fill(inner).join(", ")}]\n`;
  });
  expect(await mistakesIn(bomb.join(""))).toEqual([
    "syncbell.yaml:1:1: its aliases stand for more than can be read",
  ]);
});

test("an alias may stand for a part that comes twice", async () => {
  const first = "{ id: a, channel: http, config: &at { url: https://example.com/ } }";
  const second = "{ id: b, channel: http, config: *at }";
  expect(await mistakesIn(`destinations: [${first}, ${second}]`)).toEqual([]);
  const broken = first.replace("https:", "ftp:");
  expect(await mistakesIn(`destinations: [${broken}, ${second}]`)).toHaveLength(2);
});

test("a key that is given twice is told beside the other mistakes", async () => {
  const text = `${withDestination("channel: pager", "channel: pager")}plugins: 5\n`;
  expect(await mistakesIn(text)).toEqual([
    expect.stringContaining('syncbell.yaml:3:14: there is no channel "pager"'),
    "syncbell.yaml:4:5: Map keys must be unique",
    'syncbell.yaml:5:10: "plugins" must be a list, not a number',
  ]);
});

test.each([
  ["as UTF-8 with a byte order mark", "\ufeffretention: 1\n", "1:13"],
  ["with line ends of Windows", "links: {}\r\nretention: 1\r\n", "2:12"],
  ["without an end to its last line", "links: {}\nretention: 1", "2:12"],
])("a file is read %s", async (_, text, place) => {
  const message = '"retention" must be text, not a number';
  expect(await mistakesIn(text)).toEqual([`syncbell.yaml:${place}: ${message}`]);
});

test("keys that objects inherit are keys like any other", async () => {
  expect(await mistakesIn("__proto__: { destinations: [] }\nconstructor: 1\n")).toEqual([
    'syncbell.yaml:1:1: "__proto__" is not a setting',
    'syncbell.yaml:2:1: "constructor" is not a setting',
  ]);
});

test("a file that is not there, or is a folder, is a problem at its beginning", async () => {
  const folder = temporaryFolder();
  const problemsOf = async (file: string) => {
    const loaded = await loadConfig(file, {});
    return loaded.ok ? [] : loaded.problems;
  };
  const place = { line: 1, column: 1 };
  expect(await problemsOf(`${folder}/none.yaml`)).toEqual([
    { file: `${folder}/none.yaml`, ...place, message: "there is no such file" },
  ]);
  expect(await problemsOf(folder)).toEqual([
    { file: folder, ...place, message: "can't be read (EISDIR)" },
  ]);
});
