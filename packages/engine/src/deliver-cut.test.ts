import { expect, test } from "vitest";
import { bell } from "./testing/bell-channel.ts";
import { bellAt, startRunning } from "./testing/running-engine.ts";

const LONGEST_READ = 64 * 1024;

test("of an answer that was read in part, what may be the start of a secret is not kept", async () => {
  const secret = "token-of-the-bell";
  // Masking makes the text so much shorter that the end of what was read would be kept.
  const full = `${secret} `.repeat(4000).slice(0, LONGEST_READ - 9);
  const response = `${full} ${secret.slice(0, 8)}`;
  const channel = bell({
    send: () => Promise.resolve({ kind: "rejected", reason: "no", status: 400, response }),
  });
  const { post, reached } = await startRunning({
    destinations: [bellAt("http://127.0.0.1:1/", "ops", channel)],
  });
  const [id = ""] = await post();
  const { attempts } = await reached(id, "failed");
  expect(attempts[0]?.response).toMatch(/^\*\*\* \*\*\*/);
  expect(attempts[0]?.response).not.toContain("token");
});

test("an answer that was read whole is kept to its end", async () => {
  const response = `${"x".repeat(3000)} the end`;
  const channel = bell({
    send: () => Promise.resolve({ kind: "rejected", reason: "no", status: 400, response }),
  });
  const { post, reached } = await startRunning({
    destinations: [bellAt("http://127.0.0.1:1/", "ops", channel)],
  });
  const [id = ""] = await post();
  expect((await reached(id, "failed")).attempts[0]?.response).toBe(response);
});
