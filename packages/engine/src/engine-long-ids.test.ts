import { expect, test } from "vitest";
import { startReceiver } from "./testing/receiver.ts";
import { bellAt, startRunning } from "./testing/running-engine.ts";
import { linesOf, postRun } from "./testing/runs.ts";

test("however long ids are, events are taken, told apart, found, and of their pipelines", async () => {
  const receiver = await startReceiver();
  const notify = ["broke", "recovered"] as const;
  const running = await startRunning({ destinations: [{ ...bellAt(receiver.url), notify }] });
  const long = "\u{1d11e}".repeat(50_000);
  const [one, other] = [
    { tenant: `${long}1`, task: long },
    { tenant: `${long}2`, task: long },
  ];
  const status = `failed ${long}`;
  const ids = [];
  for (const fields of [one, one, other]) {
    ids.push((await postRun(running, { ...fields, status: "failed" })).id);
  }
  ids.push((await postRun(running, { ...one, status })).id);
  // What another transaction holds at the moment is claimed with the next look.
  await running.pass(1_000, 100);
  expect(linesOf(receiver)).toHaveLength(2);
  const { events, event } = running.engine.kept;
  const found = await events({ tenantId: `${long}1`, taskId: long }, { limit: 9 });
  expect(found.map(({ id }) => id)).toEqual([ids[3], ids[1], ids[0]]);
  expect((await events({ status }, { limit: 9 })).map(({ id }) => id)).toEqual([ids[3]]);
  const transitions = await Promise.all(ids.map(async (id) => (await event(id))?.incident));
  expect(transitions.map((incident) => incident?.transition)).toEqual([
    "broke",
    "failing",
    "broke",
    "other",
  ]);
  expect(found[0]?.tenantId).toHaveLength(400);
});
