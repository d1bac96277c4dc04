import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, onTestFinished, test } from "vitest";
import { loadConfig } from "./config.ts";
import { mistakesIn, withDestination, writeConfig } from "../testing/config-file.ts";
import { temporaryFolder } from "../testing/folder.ts";

const SECRET = `whsec_${Buffer.alloc(32, 5).toString("base64")}`;

const http = (secret: string): string =>
  withDestination("channel: http", `config: { url: https://example.com/, secret: ${secret} }`);

/** What a config makes of the config of its only destination. */
async function configIn(
  text: string,
  env: Readonly<Record<string, string>>,
  folder = temporaryFolder(),
) {
  const loaded = await loadConfig(writeConfig(folder, text), env);
  if (!loaded.ok) throw new Error(loaded.problems.map(({ message }) => message).join("\n"));
  return loaded.config.destinations[0]?.config;
}

describe("a secret", () => {
  test.each([
    ["as it is", SECRET],
    ["with a line end", `${SECRET}\n`],
    ["with line ends of Windows", `${SECRET}\r\n\r\n`],
    ["with a byte order mark", `\ufeff${SECRET}\n`],
    ["with spaces around it", `  ${SECRET}\t\n`],
  ])("is taken from the environment and from a file %s", async (_, kept) => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "signing-key"), kept);
    const byFile = await configIn(http("{ file: signing-key }"), {}, folder);
    expect(byFile).toMatchObject({ secret: SECRET });
    const absolute = await configIn(http(`{ file: ${folder}/signing-key }`), {});
    expect(absolute).toMatchObject({ secret: SECRET });
    expect(await configIn(http("{ env: KEY }"), { KEY: kept })).toMatchObject({ secret: SECRET });
  });

  test("is not looked for in a template, where env and file are words like others", async () => {
    const config = withDestination(
      "channel: template",
      "config: { url: https://example.com/, template: { env: PRODUCTION } }",
    );
    expect(await configIn(config, {})).toMatchObject({ template: { env: "PRODUCTION" } });
  });

  test("is taken wherever a value stands, in headers too", async () => {
    const config = withDestination(
      "channel: http",
      "config:",
      "  url: { env: URL }",
      "  headers: { Authorization: { env: AUTH }, X-Plain: { file: plain }, X-Key: env }",
    );
    const folder = temporaryFolder();
    writeFileSync(join(folder, "plain"), "from a file\n");
    const env = { URL: "https://example.com/in", AUTH: "Bearer abc" };
    expect(await configIn(config, env, folder)).toMatchObject({
      url: "https://example.com/in",
      headers: { Authorization: "Bearer abc", "X-Plain": "from a file", "X-Key": "env" },
    });
  });

  test.each([
    ["a variable that is not set", "{ env: KEY }", "environment variable KEY is not set"],
    ["a variable that is empty", "{ env: EMPTY }", "environment variable EMPTY is empty"],
    ["a variable of white space", "{ env: BLANK }", "environment variable BLANK is empty"],
    ["what objects inherit", "{ env: toString }", "environment variable toString is not set"],
    ["a file that is not there", "{ file: none }", "secret file none can't be read (ENOENT)"],
    ["a folder", "{ file: folder }", "secret file folder can't be read (EISDIR)"],
    ["a file that is empty", "{ file: empty }", "secret file empty is empty"],
    ["a file of white space", "{ file: blank }", "secret file blank is empty"],
  ])("is missed where it stands: %s", async (_, reference, message) => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, "folder"));
    writeFileSync(join(folder, "empty"), "");
    writeFileSync(join(folder, "blank"), "\ufeff \r\n");
    const env = { EMPTY: "", BLANK: " \n" };
    expect(await mistakesIn(http(reference), env, folder)).toEqual([
      `syncbell.yaml:4:50: destination "ops": ${message}`,
    ]);
  });

  test.each([
    ["{ env: 5 }", '"secret" must be text, not an object'],
    ["{ env: KEY, file: key }", '"secret" must be text, not an object'],
    ["[{ env: KEY }]", '"secret" must be text, not a list'],
    ["$KEY", '"secret" must be "whsec_" and 24 to 64 bytes in base64'],
  ])("that is not asked for rightly is not guessed: %s", async (reference, message) => {
    expect(await mistakesIn(http(reference), { KEY: SECRET })).toEqual([
      `syncbell.yaml:4:50: ${message}`,
    ]);
  });
});

const SLIPS = "\"':{}[],|>&*!%@#?-\\\n\t `".split("");

describe("no message quotes a secret", () => {
  test.each([
    ["in place", (secret: string) => JSON.stringify(secret), () => ({})],
    ["by env", () => "{ env: KEY }", (secret: string) => ({ KEY: secret })],
  ] as const)("that its channel refuses, %s", async (_, write, envWith) => {
    const secret = "s3cr3t-value";
    const config = withDestination(
      "channel: http",
      "config:",
      `  url: ${write(`ftp://user:${secret}@example.com/${secret}`)}`,
      `  secret: ${write(secret)}`,
      `  headers: { X-Key: ${write(`${secret}\u0000`)} }`,
    );
    const lines = await mistakesIn(config, envWith(secret));
    expect(lines.length).toBeGreaterThan(0);
    expect(lines.join("\n")).not.toContain("s3cr3t");
  });

  test.each([
    ["a block mark before it", "|s3cr3t-value"],
    ["an alias mark before it", "*s3cr3t-value"],
    ["a tag mark before it", "!s3cr3t-value"],
    ["a tag in brackets", "!<s3cr3t-value> x"],
    ["a slip in its escapes", '"\\xs3cr3t-value"'],
    ["more after its quotes", '"x" s3cr3t-value'],
  ])("that the parser trips over, with %s", async (_, written) => {
    const config = withDestination("channel: slack", "config:", `  url: ${written}`);
    const lines = await mistakesIn(config);
    expect(lines.length).toBeGreaterThan(0);
    expect(lines.join("\n")).not.toContain("s3cr3t");
  });

  test("wherever a slip of the pen is made", async () => {
    const whole = `network: { allow: [127.0.0.0/8] }
destinations:
  - { id: a, channel: slack, config: { url: "http://127.0.0.1/services/T0/s3cr3t value" } }
  - id: b
    channel: http
    config:
      url: http://127.0.0.1/in?key=s3cr3t:value
      headers: { Authorization: "Bearer s3cr3t, value", X-Key: 's3cr3t+value' }
`;
    expect(await mistakesIn(whole)).toEqual([]);
    const slips = fc.tuple(
      fc.nat(whole.length - 1),
      fc.nat(3),
      fc.oneof(fc.constantFrom(...SLIPS), fc.constant("")),
    );
    const folder = temporaryFolder();
    const warnings: string[] = [];
    const warn = ({ message }: Error): void => void warnings.push(message);
    process.on("warning", warn);
    onTestFinished(() => void process.off("warning", warn));
    const property = fc.asyncProperty(slips, async ([place, gone, put]) => {
      const text = whole.slice(0, place) + put + whole.slice(place + gone);
      expect((await mistakesIn(text, {}, folder)).join("\n")).not.toContain("s3cr3t");
    });
    await fc.assert(property, { numRuns: 600 });
    expect(warnings).toEqual([]);
  });
});
