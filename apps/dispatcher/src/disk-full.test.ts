import { join } from "node:path";
import { expect, test } from "vitest";
import type { Answer } from "./testing/api-client.ts";
import { LOOPBACK, withDestination, writeConfig } from "./testing/config-file.ts";
import { postSync } from "./testing/events.ts";
import { temporaryFolder } from "./testing/folder.ts";
import { startReceiver } from "./testing/receiver.ts";
import { SMALL_DISKS } from "./testing/small-disk.ts";
import { deliveryStates } from "./testing/store-file.ts";
import { rowsIn } from "./testing/store-rows.ts";
import { serve } from "./testing/syncbell-process.ts";
import { until } from "./testing/until.ts";

const LARGE = "x".repeat(20_000);

/** A dispatcher on a small disk, whose receiver answers only when it is told to. */
async function filling(make: (typeof SMALL_DISKS)[number][1]) {
  const disk = make(temporaryFolder());
  const held: (() => void)[] = [];
  let open = false;
  const receiver = await startReceiver((response) => {
    const answer = (): void => void response.end("ok");
    if (open) answer();
    else held.push(answer);
  });
  const at = withDestination("channel: http", `config: { url: "${receiver.url}/" }`);
  writeConfig(disk.folder, LOOPBACK + at);
  const serving = await serve({ cwd: disk.folder, under: disk.under });
  const answers = new Map<number, Answer>();
  const post = async (n: number): Promise<Answer> => {
    const body = postSync({ sync: `sync-${n}`, note: LARGE });
    const answer = await serving.post(body, { "idempotency-key": `key-${n}` });
    answers.set(n, answer);
    return answer;
  };
  const release = (): void => {
    open = true;
    for (const answer of held) answer();
  };
  const database = join(disk.folder, "data", "syncbell.db");
  return { disk, database, receiver, release, serving, post, answers };
}

test.each(SMALL_DISKS)(
  "on %s nothing is taken until there is room; then all that was taken arrives",
  async (_, make) => {
    const { disk, database, receiver, release, serving, post, answers } = await filling(make);
    let n = 1;
    while ((await post(n)).status === 202) n++;
    expect(n).toBeGreaterThan(5);
    // What receivers answer now can't be recorded at once.
    release();
    const refused = [n, n + 1, n + 2];
    for (const one of refused) {
      const { status, headers, body } = await post(one);
      expect([status, headers.get("retry-after")]).toEqual([503, "5"]);
      expect(body.detail).toContain("nothing was kept");
    }
    expect(await serving.call("GET", "/healthz")).toMatchObject({ status: 200 });

    disk.makeRoom(serving.pid, database);
    for (const one of refused) {
      expect(await post(one)).toMatchObject({ status: 202, body: { duplicate: false } });
    }
    await until(() => Object.keys(deliveryStates(database)).join() === "delivered");
    const { code, stderr } = await serving.end("SIGTERM");
    expect([code, stderr]).toEqual([0, expect.not.stringContaining("rror")]);

    const count = answers.size;
    expect(await rowsIn(database)).toMatchObject({
      events: count,
      event_names: count,
      deliveries: count,
    });
    const owed = [...answers.values()].map(({ body }) => body.deliveries[0].id);
    const came = receiver.requests.map(({ headers }) => headers["webhook-id"]);
    expect(new Set(came)).toEqual(new Set(owed));
  },
  60_000,
);
