import { describe, expect, test } from "vitest";
import { loadChannels } from "./registry.ts";
import { LOOPBACK, mistakesIn } from "./testing/config-file.ts";
import { postSync } from "./testing/events.ts";
import { temporaryFolder } from "./testing/folder.ts";
import { channelSource, installPlugin, installZod } from "./testing/plugin-package.ts";
import { startReceiver } from "./testing/receiver.ts";
import { startRunning } from "./testing/running-dispatcher.ts";

/** What is said of a plugin with this source. */
async function saidOf(source: string): Promise<readonly string[]> {
  const folder = temporaryFolder();
  installPlugin(folder, "plugin", source);
  const { problems } = await loadChannels(["plugin"], folder);
  return problems.map(({ message }) => message);
}

const channelWith = (fields: string): string =>
  `${channelSource("pager").replace("export const channel", "const made")}
export const channel = { ...made, ${fields} };`;

describe("a plugin is found", () => {
  test.each([
    ["by its exports", "pager", { exports: "./index.js" }],
    ["by its main file", "pager", { main: "index.js" }],
    ["under a scope", "@acme/syncbell-channel-pager", { exports: { ".": "./index.js" } }],
    ["when it can be imported alone", "pager", { exports: { ".": { import: "./index.js" } } }],
    [
      "when it has types and conditions",
      "pager",
      { exports: { ".": { types: "./x.d.ts", node: { import: "./index.js" } } } },
    ],
    ["when its exports have no dot", "pager", { exports: { import: { default: "./index.js" } } }],
  ])("%s", async (_, name, manifest) => {
    const folder = temporaryFolder();
    installPlugin(folder, name, channelSource("pager"), manifest);
    const { channels, problems } = await loadChannels([name], folder);
    expect(problems).toEqual([]);
    expect(channels.get("pager")?.title).toBe("Pager");
  });

  test("from the folder of the config upwards", async () => {
    const folder = temporaryFolder();
    installPlugin(folder, "pager", channelSource("pager"));
    expect((await loadChannels(["pager"], `${folder}/deep/down`)).problems).toEqual([]);
  });
});

describe("a plugin is refused", () => {
  test.each([
    ["without a channel", "export const chanel = {};", 'has no export named "channel"'],
    ["with nothing in it", "", 'has no export named "channel"'],
    ["that throws", 'throw new Error("no licence");', "failed while it was loaded: no licence"],
    ["that throws a text", 'throw "no licence";', "failed while it was loaded: no licence"],
    [
      "that misses a package",
      'import "not-there";',
      /^failed while it was loaded: Cannot find package 'not-there'/,
    ],
    ["with a slip in it", "export const channel = {", /^failed while it was loaded: /],
    [
      "for a later contract",
      'export const channel = { apiVersion: 2, kind: "pager" };',
      "is written for version 2 of the channel contract, not 1",
    ],
    ["for no contract", "export const channel = {};", 'is not a channel: "apiVersion" is required'],
    [
      "that is a number",
      "export const channel = 5;",
      "is not a channel: it must be an object, not a number",
    ],
    [
      "that is null",
      "export const channel = null;",
      "is not a channel: it must be an object, not null",
    ],
    [
      "of a type in capitals",
      channelWith('type: "Pager"'),
      'is not a channel: "type" must be 1 to 40 lower-case letters, digits or hyphens',
    ],
    ["without a title", channelWith('title: ""'), 'is not a channel: "title" must not be empty'],
    [
      "with a config that is no schema",
      channelWith("config: {}"),
      'is not a channel: "config" is not a zod schema',
    ],
    [
      "without a pace",
      channelWith("limits: { dropsRepeats: true, concurrency: 0 }"),
      /^is not a channel: "limits.concurrency" must be /,
    ],
    [
      "without a way to connect",
      channelWith("connect: undefined"),
      /^is not a channel: "connect" /,
    ],
    [
      "that listens where the API is",
      channelWith('inbound: { path: "/v1/events", maxBytes: 1 }'),
      'is not a channel: "inbound.path" must be an absolute path, like /api/messages, that the API has not taken',
    ],
    [
      "that listens everywhere",
      channelWith('inbound: { path: "/*any", maxBytes: 1 }'),
      'is not a channel: "inbound.path" must be an absolute path, like /api/messages, that the API has not taken',
    ],
  ])("%s", async (_, source, said) => {
    const [message, ...others] = await saidOf(source);
    expect(others).toEqual([]);
    if (typeof said === "string") expect(message).toBe(`plugin plugin ${said}`);
    else expect(message?.replace("plugin plugin ", "")).toMatch(said);
  });

  test("each in its place of the config, beside the other mistakes", async () => {
    const folder = temporaryFolder();
    installPlugin(folder, "pager", channelSource("pager"));
    installPlugin(folder, "pager-too", channelSource("pager"));
    installPlugin(folder, "my-slack", channelSource("slack"));
    const text = `plugins:
  - pager
  - "@acme/none"
  - pager-too
  - my-slack
destinations:
  - { id: a, channel: pager, config: { url: "http://127.0.0.1/" } }
  - { id: b, channel: page, config: {} }
`;
    expect(await mistakesIn(text, {}, folder)).toEqual([
      "syncbell.yaml:3:5: plugin @acme/none is not installed: npm install @acme/none",
      'syncbell.yaml:4:5: plugin pager-too brings the channel "pager", as plugin pager does',
      'syncbell.yaml:5:5: plugin my-slack brings the channel "slack", as Syncbell itself does',
      'syncbell.yaml:7:38: "token" is required',
      expect.stringMatching(/^syncbell\.yaml:8:23: there is no channel "page"; there are: .*pager/),
    ]);
  });
});

test.each([
  ["Syncbell's own zod", () => undefined],
  ["a zod of its own", installZod],
])("a plugin with %s delivers, and its secret is masked wherever it turns up", async (_, zodIn) => {
  const secret = "t0ken/of+the=pager";
  const receiver = await startReceiver((response, { headers }) => {
    response.writeHead(400).end(`no such token: ${String(headers["x-token"])}`);
  });
  const folder = temporaryFolder();
  installPlugin(folder, "pager", channelSource("pager", zodIn(folder)));
  const { delivered, log } = await startRunning({
    folder,
    env: { PAGER_TOKEN: secret },
    config: `${LOOPBACK}plugins: [pager]
destinations:
  - { id: ops, channel: pager, config: { url: "${receiver.url}/", token: { env: PAGER_TOKEN } } }
`,
  });
  const { state, attempts } = await delivered(postSync());
  expect(receiver.requests[0]?.body.toString()).toBe('{"title":"orders succeeded"}');
  expect(receiver.requests[0]?.headers["x-token"]).toBe(secret);
  expect([state, attempts[0]?.response]).toEqual(["failed", "no such token: ***"]);
  const logged = log.join("\n");
  expect(logged).toContain("paging with ***");
  expect(logged).not.toContain(secret);
});
