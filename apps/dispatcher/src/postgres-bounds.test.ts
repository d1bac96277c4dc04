import { expect, test } from "vitest";
import { destinationsAt } from "./testing/destinations-at.ts";
import { postSync } from "./testing/events.ts";
import { startReceiver } from "./testing/receiver.ts";
import { startSeveral } from "./testing/several-dispatchers.ts";
import { until } from "./testing/until.ts";

/** How long the paced destination is owed more than it may be sent, in milliseconds. */
const LOAD_MS = 6_000;
const PER_SECOND = 5;
const BURST = 2;
/** How long the receiver that fails takes over its answer, in milliseconds: time for others to come too. */
const SLOW_MS = 400;
/** What an attempt may take on a slow machine beyond the answer of its receiver, in milliseconds. */
const OVERHEAD_MS = 1_000;

test("three dispatchers hold a destination to one pace, and probe another as one", async () => {
  const arrivals: number[] = [];
  const probes: { startedAt: number; endedAt: number }[] = [];
  const receiver = await startReceiver((response, { path }) => {
    const startedAt = Date.now();
    if (path === "/paced") {
      arrivals.push(startedAt);
      response.end();
      return;
    }
    const probe = { startedAt, endedAt: Infinity };
    probes.push(probe);
    setTimeout(() => {
      probe.endedAt = Date.now();
      response.writeHead(500).end();
    }, SLOW_MS);
  });
  const config = destinationsAt(receiver.url, {
    paced: `pace: { per_second: ${PER_SECOND}, burst: ${BURST} }`,
    failing: "",
  });
  const all = await startSeveral(3, config);
  const failing = async (): Promise<boolean> =>
    (await all[0]!.call("GET", "/v1/destinations/failing")).body.health.status === "failing";
  // Five that come to nothing one after the other; then the wish for more is there all the time.
  for (let nth = 0; !(await failing()); nth++) {
    await all[nth % 3]!.post(postSync({ sync: `first-${nth}` }));
    await until(() => probes.length > nth && probes.every(({ endedAt }) => endedAt < Infinity));
  }
  const known = probes.length;
  const since = Date.now();
  for (let nth = 0; nth < 60; nth++) await all[nth % 3]!.post(postSync({ sync: `more-${nth}` }));
  await until(() => Date.now() > since + LOAD_MS && probes.length >= known + 2);
  // One after the other, with no less than the first wait of a single dispatcher in between.
  for (let nth = known; nth < probes.length; nth++) {
    const [before, probe] = [probes[nth - 1], probes[nth]];
    if (before && probe) expect(probe.startedAt - before.endedAt).toBeGreaterThanOrEqual(1_000);
  }
  // Never more than the bucket held and was filled with, whichever stretch is looked at.
  for (const [from, first] of arrivals.entries()) {
    for (const [more, last] of arrivals.slice(from).entries()) {
      const filled = BURST + ((last - first + OVERHEAD_MS) / 1000) * PER_SECOND;
      expect(more + 1).toBeLessThanOrEqual(filled);
    }
  }
  expect(arrivals.filter((at) => at > since).length).toBeGreaterThan(PER_SECOND);
}, 60_000);
