import { readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { FIXTURES, fixture } from "../testing/events.ts";
import { temporaryFolder } from "../testing/folder.ts";
import { startReceiver } from "../testing/receiver.ts";
import { ended } from "../testing/syncbell-child.ts";
import { runSyncbell, spawnSyncbell } from "../testing/syncbell-process.ts";

const FAILURES_ONLY = "on-call";

/** The demo logs to standard error, one JSON object a line, and nothing that went wrong. */
function expectQuiet(stderr: string): void {
  for (const line of stderr.split("\n").filter((text) => text !== "")) {
    expect(JSON.parse(line)).toMatchObject({ level: "warn" });
  }
}

test("once: the events go where they should, a table says so, and nothing is left behind", async () => {
  const cwd = temporaryFolder();
  const receiver = await startReceiver();
  // Its port is taken: the demo takes another.
  const env = { PORT: new URL(receiver.url).port, TMPDIR: cwd };
  const { code, stdout, stderr } = await runSyncbell(["demo", "--once"], { cwd, env });
  expect(code).toBe(0);
  expectQuiet(stderr);
  const [none, head = "", rule = "", ...rows] = stdout.trimEnd().split("\n");
  expect([none, rule.replaceAll(/[─ ]/g, "")]).toEqual(["", ""]);
  const [, ...destinations] = head.split(/ {2,}/);
  expect(destinations).toEqual(expect.arrayContaining(["data-team", FAILURES_ONLY, "warehouse"]));
  expect(rows.map((row) => row.split(/ {2,}/))).toEqual(
    FIXTURES.map((name) => [
      name,
      ...destinations.map((destination) =>
        destination === FAILURES_ONLY && !name.endsWith("failed") ? "filtered" : "delivered",
      ),
    ]),
  );
  expect(readdirSync(cwd)).toEqual([]);
  expect(receiver.requests).toEqual([]);
});

test("once, as JSON: one document with every decision and the reason for it", async () => {
  const cwd = temporaryFolder();
  const words = ["demo", "--once", "--json"];
  const { code, stdout, stderr } = await runSyncbell(words, { cwd, env: { PORT: "0" } });
  expect(code).toBe(0);
  expectQuiet(stderr);
  const { results, urls } = JSON.parse(stdout);
  const rule = 'outcome = "failed"';
  const reasonOf = ({ destination, event }: { destination: string; event: string }): string => {
    if (destination !== FAILURES_ONLY) return "no rule: hears of every event";
    return event.endsWith("failed")
      ? `rule matches: ${rule}`
      : `rule does not match: ${rule} (it is "succeeded")`;
  };
  expect(results.length).toBeGreaterThanOrEqual(9);
  for (const result of results) expect(result.reason).toBe(reasonOf(result));
  expect(urls).toEqual({
    api: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
    inbox: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
  });
});

test("it goes on serving: what it invites to works, until Ctrl-C ends it with 0", async () => {
  const cwd = temporaryFolder();
  const child = spawnSyncbell(["demo"], { cwd, env: { PORT: "0", TMPDIR: cwd } });
  const end = ended(child);
  let said = "";
  await new Promise<void>((resolve) => {
    child.stdout?.on("data", (chunk: Buffer) => {
      said += chunk.toString();
      if (said.includes("Serving. Ctrl-C ends the demo.")) resolve();
    });
  });
  const [, inbox = ""] = /What the receivers got +(\S+)/.exec(said) ?? [];
  const [, token = ""] = /Authorization: (Bearer \S+)"/.exec(said) ?? [];
  const [, api = ""] = /(http:\S+\/v1\/events)\n/.exec(said) ?? [];
  const posted = await fetch(api, {
    method: "POST",
    headers: {
      authorization: token,
      "content-type": "application/json",
      "idempotency-key": "mine-1",
    },
    body: new Uint8Array(fixture("pipeline.post_sync.failed")),
  });
  expect(posted.status).toBe(202);
  const page = await (await fetch(inbox)).text();
  expect(page).toContain("signature fits");
  expect(page).toContain("Status: failed | Tenant: Tenant 1");
  child.kill("SIGINT");
  const { code, stderr } = await end;
  expect(code).toBe(0);
  expectQuiet(stderr);
  expect(readdirSync(cwd)).toEqual([]);
});
