import { readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { fixture } from "../testing/events.ts";
import { temporaryFolder } from "../testing/folder.ts";
import { startReceiver } from "../testing/receiver.ts";
import { ended, runSyncbell, spawnSyncbell } from "../testing/syncbell-process.ts";

const TABLE = `
event                           data-team   on-call     warehouse
─────────────────────────────   ─────────   ─────────   ─────────
pipeline.post_sync.succeeded    delivered   filtered    delivered
transform.post_sync.succeeded   delivered   filtered    delivered
pipeline.post_sync.failed       delivered   delivered   delivered

`;

test("once: the events go where they should, a table says so, and nothing is left behind", async () => {
  const cwd = temporaryFolder();
  const receiver = await startReceiver();
  // Its port is taken: the demo takes another.
  const env = { PORT: new URL(receiver.url).port, TMPDIR: cwd };
  expect(await runSyncbell(["demo", "--once"], { cwd, env })).toEqual({
    code: 0,
    stdout: TABLE,
    stderr: "",
  });
  expect(readdirSync(cwd)).toEqual([]);
  expect(receiver.requests).toEqual([]);
});

test("once, as JSON: one document with every decision and the reason for it", async () => {
  const cwd = temporaryFolder();
  const { code, stdout, stderr } = await runSyncbell(["demo", "--once", "--json"], {
    cwd,
    env: { PORT: "0" },
  });
  expect([code, stderr]).toEqual([0, ""]);
  const { results, urls } = JSON.parse(stdout);
  expect(results).toHaveLength(9);
  expect(results).toContainEqual({
    event: "pipeline.post_sync.succeeded",
    destination: "on-call",
    result: "filtered",
    reason: 'rule does not match: outcome = "failed" (it is "succeeded")',
  });
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
  expect([code, stderr]).toEqual([0, ""]);
  expect(readdirSync(cwd)).toEqual([]);
});
