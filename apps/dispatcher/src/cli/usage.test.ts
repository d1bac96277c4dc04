import { describe, expect, test } from "vitest";
import { commandLine } from "../testing/command-line.ts";
import { temporaryFolder } from "../testing/folder.ts";
import { runSyncbell } from "../testing/syncbell-process.ts";

describe("a command line that can't be followed ends with 2", () => {
  test.each([
    [
      ["nope"],
      'syncbell: there is no command "nope"; there are: serve, demo, check, explain, preview, send, test, copy\n',
    ],
    [
      ["Serve"],
      'syncbell: there is no command "Serve"; there are: serve, demo, check, explain, preview, send, test, copy\n',
    ],
    [["constructor"], /^syncbell: there is no command "constructor"/],
    [["check", "--nope"], /^syncbell check: Unknown option '--nope'/],
    [["check", "-c", "x"], /^syncbell check: Unknown option '-c'/],
    [["check", "--config"], /^syncbell check: Option '--config <value>' argument missing/],
    [["check", "x.yaml"], 'syncbell check: this command takes no "x.yaml"\n'],
    [["check", "--once"], "syncbell check: this command does not take --once\n"],
    [["serve", "--to", "x"], "syncbell serve: this command does not take --to\n"],
    [["serve", "now"], 'syncbell serve: this command takes no "now"\n'],
    [["demo", "--config", "x"], "syncbell demo: this command does not take --config\n"],
    [["demo", "--once=yes"], /^syncbell demo: Option '--once' does not take an argument/],
    [["send"], "syncbell send: send needs a FILE, or - for standard input\n"],
    [["send", "--once", "x"], "syncbell send: this command does not take --once\n"],
    [
      ["send", "x", "--to", "nowhere"],
      "syncbell send: --to takes the http(s) URL of a dispatcher, like http://127.0.0.1:8080\n",
    ],
    [["send", "x", "--to", "ftp://127.0.0.1/"], /^syncbell send: --to takes the http\(s\) URL/],
    [
      ["send", "x", "--to", "http://u:s3cr3t@127.0.0.1/"],
      /^syncbell send: --to takes (?!.*s3cr3t)/,
    ],
    [
      ["copy", "--to", "sqlite:a.db"],
      "syncbell copy: --from takes sqlite:PATH or postgres://USER:PASSWORD@HOST:PORT/DATABASE\n",
    ],
    [
      ["copy", "--from", "sqlite:a.db", "--to", "mysql://u:s3cr3t@127.0.0.1/d"],
      "syncbell copy: --to takes sqlite:PATH or postgres://USER:PASSWORD@HOST:PORT/DATABASE\n",
    ],
    [["copy", "a.db", "b.db"], 'syncbell copy: this command takes no "a.db"\n'],
    [["serve", "--from", "x"], "syncbell serve: this command does not take --from\n"],
  ])("syncbell %j", async (words, said) => {
    const { code, stdout, stderr } = await commandLine(words);
    expect([code, stdout]).toEqual([2, ""]);
    if (typeof said === "string") expect(stderr).toBe(said);
    else expect(stderr).toMatch(said);
  });
});

test.each([
  [["help"], 0],
  [["--help"], 0],
  [["-h"], 0],
  [["serve", "--help"], 0],
  [["send", "-h"], 0],
  [["nope", "--help"], 0],
  [[], 2],
] as const)("syncbell %j says what there is, and ends with %i", async (words, expected) => {
  const { code, stdout, stderr } = await commandLine(words);
  expect([code, stderr]).toEqual([expected, ""]);
  for (const command of ["serve", "demo", "check", "send", "copy"]) {
    expect(stdout).toContain(`  syncbell ${command} `);
  }
});

test("the process ends with the same code and says the same", async () => {
  const { code, stdout, stderr } = await runSyncbell(["check", "--nope"], {
    cwd: temporaryFolder(),
  });
  expect([code, stdout]).toEqual([2, ""]);
  expect(stderr).toMatch(/^syncbell check: Unknown option '--nope'[^\n]*\n$/);
});
