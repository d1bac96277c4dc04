import { describe, expect, test } from "vitest";
import { loadChannels } from "../registry.ts";
import { mistakesIn, withDestination } from "../testing/config-file.ts";

const { channels } = await loadChannels([], ".");
const known = [...channels.keys()].toSorted().join(", ");

const at = "config: { url: https://example.com/in }";
const http = (...lines: readonly string[]): string =>
  withDestination("channel: http", at, ...lines);

test("a config without mistakes has no problems", async () => {
  const whole = `links: { run: "https://app.example.com/{{tenant.external_id}}/syncs/{{sync.id}}" }
network: { allow: [10.0.0.0/8, "fd00::/8", 192.0.2.7] }
plugins: []
${http("tenant: tenant-1", "when: { status: failed }", "expire: 12h", "fallback: mail")}
    pace: { per_second: 0.5, burst: 10 }
  - { id: mail, channel: http, ${at} }
retention: 90d
`;
  expect(await mistakesIn(whole)).toEqual([]);
  expect(await mistakesIn("destinations: []")).toEqual([]);
});

describe("the whole file", () => {
  test.each([
    ["is empty", "", "1:1: the file is empty"],
    ["holds a comment alone", "# nothing yet\n", "1:1: the file is empty"],
    ["is null", "null\n", "1:1: the file is empty"],
    ["is a word", "hello", "1:1: the config must be an object, not text"],
    ["is a list", "- a", "1:1: the config must be an object, not a list"],
    [
      "has an unknown key",
      "dstinations: []",
      '1:1: "dstinations" is not a setting; did you mean "destinations"?',
    ],
    ["has a key of a destination", "when: {}", '1:1: "when" does not belong here'],
    ["has a key like no other", "zzz: 1", '1:1: "zzz" is not a setting'],
    [
      "keeps events for no time at all",
      "retention: 0d",
      '1:12: "retention" must be a duration like 30s, 10m, 6h or 5d',
    ],
    [
      "names networks that are none",
      "network: { allow: [10.0.0.0/99] }",
      '1:20: "allow[0]" must be a network like 10.0.0.0/8, or an address',
    ],
    ["has a network's key wrong", "network: { deny: [] }", '1:12: "deny" is not a setting'],
    [
      "has a link to a script",
      'links: { run: "javascript:alert(1)" }',
      '1:15: "run" must be an http(s) URL; {{…}} in it are paths of the event, after the host',
    ],
    [
      "has a link whose host an event decides",
      'links: { run: "https://{{tenant.id}}.example.com/" }',
      '1:15: "run" must be an http(s) URL; {{…}} in it are paths of the event, after the host',
    ],
    ["has a link that is a number", "links: { run: 5 }", '1:15: "run" must be text, not a number'],
    [
      "has destinations that are no list",
      "destinations: {}",
      '1:15: "destinations" must be a list, not an object',
    ],
    [
      "has destinations without anything",
      "destinations:\n",
      '1:14: "destinations" must be a list, not null',
    ],
    [
      "has a destination that is a word",
      "destinations: [ops]",
      '1:16: "destinations[0]" must be an object, not text',
    ],
    ["has plugins that are no list", "plugins: pager", '1:10: "plugins" must be a list, not text'],
    ["has a plugin without a name", "plugins: ['']", '1:11: "plugins[0]" must not be empty'],
  ])("%s", async (_, text, line) => {
    expect(await mistakesIn(text)).toEqual([`syncbell.yaml:${line}`]);
  });
});

describe("a destination", () => {
  const slack = (config: string): string => withDestination("channel: slack", `config: ${config}`);
  const webhook =
    "must be the http(s) URL of an incoming webhook, without a user name or password in it";

  test.each([
    [
      "without an id",
      "destinations:\n  - channel: http\n    config: { url: https://example.com/ }\n",
      '2:5: "id" is required',
    ],
    [
      "with a space in its id",
      `destinations: [{ id: "a b", channel: http, ${at} }]`,
      '1:22: "id" must be 1 to 64 letters, digits, hyphens or underscores, and not begin with dst_',
    ],
    [
      "with an id like those that the API makes",
      `destinations: [{ id: dst_1, channel: http, ${at} }]`,
      '1:22: "id" must be 1 to 64 letters, digits, hyphens or underscores, and not begin with dst_',
    ],
    ["without a channel", withDestination(at), '2:5: "channel" is required'],
    [
      "with a mistyped key",
      withDestination("chanel: http", at),
      '3:5: "chanel" is not a setting; did you mean "channel"?',
    ],
    [
      "with a channel that is not there",
      withDestination("channel: carrier-pigeon"),
      `3:14: there is no channel "carrier-pigeon"; there are: ${known}`,
    ],
    [
      "with a channel that is a number",
      withDestination("channel: 5"),
      '3:14: "channel" must be text, not a number',
    ],
    ["without a config", withDestination("channel: slack"), '2:5: "url" is required'],
    [
      "with a config that is text",
      slack("https://example.com/"),
      '4:13: "config" must be an object, not text',
    ],
    ["with a URL that is none", slack("{ url: example.com }"), `4:20: "url" ${webhook}`],
    ["with a URL of another kind", slack("{ url: ftp://example.com/ }"), `4:20: "url" ${webhook}`],
    [
      "with a password in its URL",
      slack("{ url: https://u:p@example.com/ }"),
      `4:20: "url" ${webhook}`,
    ],
    [
      "with a key of another channel",
      slack("{ url: https://example.com/, secret: x }"),
      '4:42: "secret" is not a setting',
    ],
    [
      "with a format that is none",
      withDestination("channel: http", "config: { url: https://example.com/, format: xml }"),
      '4:50: "format" must be "raw" or "standard" or "cloudevents"',
    ],
    ["with an empty tenant", http('tenant: ""'), '5:13: "tenant" must not be empty'],
    [
      "with a duration in words",
      http("expire: 5 minutes"),
      '5:13: "expire" must be a duration like 30s, 10m, 6h or 5d',
    ],
    [
      "with a duration of nothing",
      http("expire: 0s"),
      '5:13: "expire" must be a duration like 30s, 10m, 6h or 5d',
    ],
    [
      "with a duration without a unit",
      http("expire: 30"),
      '5:13: "expire" must be text, not a number',
    ],
    [
      "with a pace of nothing",
      http("pace: { per_second: 0 }"),
      '5:25: "per_second" must be more than 0',
    ],
    ["with a pace without a rate", http("pace: { burst: 5 }"), '5:11: "per_second" is required'],
    [
      "with half a message in its pace",
      http("pace: { per_second: 1, burst: 1.5 }"),
      '5:35: "burst" must be a whole number',
    ],
    [
      "with a fallback that is not there",
      http("fallback: nobody"),
      '5:15: there is no destination "nobody"',
    ],
    [
      "that is its own fallback",
      http("fallback: ops"),
      "5:15: a destination can't be its own fallback",
    ],
    [
      "with a rule that is a word",
      http("when: failed"),
      "5:5: must be an object of conditions, not text",
    ],
    [
      "with an operator that is none",
      http("when: { status: { $is: x } }"),
      "5:23: $is is not an operator that rules know: $eq $ne $in $nin $gt $gte $lt $lte $exists $glob $not",
    ],
    [
      "with a rule in layers",
      http("when: { sync: { id: x } }"),
      '5:13: write a field inside another as a dotted path: "sync.id"',
    ],
  ])("%s", async (_, text, line) => {
    expect(await mistakesIn(text)).toEqual([`syncbell.yaml:${line}`]);
  });

  test("of the same id as another", async () => {
    const twin = `  - { id: ops, channel: http, ${at} }\n`;
    const other = `  - { id: Ops, channel: http, ${at} }\n`;
    expect(await mistakesIn(`destinations:\n${twin}${other}${twin}${twin}`)).toEqual([
      'syncbell.yaml:4:11: there are two destinations "ops"',
      'syncbell.yaml:5:11: there are two destinations "ops"',
    ]);
  });
});

const fiveMistakes = [
  `there is no channel "pager"; there are: ${known}`,
  '"expire" must be a duration like 30s, 10m, 6h or 5d',
  '"url" is required',
  "$is is not an operator that rules know: $eq $ne $in $nin $gt $gte $lt $lte $exists $glob $not",
  '"retention" must be a duration like 30s, 10m, 6h or 5d',
];

test("five mistakes are five lines, in the order of the file", async () => {
  const text = `destinations:
  - id: one
    channel: pager
    expire: soon
  - id: two
    channel: slack
    when: { status: { $is: failed } }
retention: soon
`;
  const places = ["3:14", "4:13", "5:5", "7:23", "8:12"];
  expect(await mistakesIn(text)).toEqual(
    places.map((place, index) => `syncbell.yaml:${place}: ${fiveMistakes[index]}`),
  );
});

test("and so they are in JSON, with tabs and line ends of Windows", async () => {
  const destinations = [
    { id: "one", channel: "pager", expire: "soon" },
    { id: "two", channel: "slack", when: { status: { $is: "failed" } } },
  ];
  const text = JSON.stringify({ destinations, retention: "soon" }, null, "\t");
  const places = ["5:15", "6:14", "8:3", "13:6", "18:15"];
  expect(await mistakesIn(text.replaceAll("\n", "\r\n"))).toEqual(
    places.map((place, index) => `syncbell.yaml:${place}: ${fiveMistakes[index]}`),
  );
});
