import fc from "fast-check";
import { expect, test } from "vitest";
import type { Answer } from "../testing/api-client.ts";
import { LOOPBACK } from "../testing/config-file.ts";
import { postSync } from "../testing/events.ts";
import { makeDestination } from "../testing/made-destination.ts";
import { startReceiver } from "../testing/receiver.ts";
import { startRunning } from "../testing/running-dispatcher.ts";

/** A dispatcher that holds one of everything, by the word that stands for it in a path. */
async function withOneOfEach() {
  const receiver = await startReceiver();
  const dispatcher = await startRunning({ config: LOOPBACK });
  const { id: destination } = await makeDestination(dispatcher, receiver.url);
  const { id: delivery, event_id: event } = await dispatcher.delivered(postSync());
  const { quarantine_id: quarantined } = (await dispatcher.post("{}")).body;
  return { ...dispatcher, ids: { destination, delivery, event, quarantined } };
}

function expectClear({ status, headers, body, text }: Answer): void {
  expect(status).toBeLessThan(500);
  if (status < 400) return;
  expect(headers.get("content-type")).toBe("application/problem+json; charset=utf-8");
  expect(body).toMatchObject({ status, detail: expect.stringMatching(/\.$/) });
  expect(text).not.toMatch(/node_modules|at \w+ \(/);
}

const LISTS = ["events", "deliveries", "destinations", "quarantine", "channels"];
const PATHS = [
  "events/:id",
  "events/:id/replay",
  "deliveries/:id",
  "deliveries/:id/retry",
  "deliveries/:id/cancel",
  "destinations/:id",
  "destinations/:id/pause",
  "destinations/:id/replay",
  "destinations/:id/:id",
  "replays/:id",
  "quarantine/:id",
  "quarantine/:id/post",
];

const anyText = fc.oneof(
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.string({ unit: "grapheme", maxLength: 40 }),
  fc.constantFrom("..", ".", "%", "\0", "' or 1=1 --", "__proto__", "constructor", "*", "{}"),
);

test("whatever an address holds in the place of an id", async () => {
  const { call, log } = await withOneOfEach();
  const anyCall = fc.tuple(
    fc.constantFrom("GET", "POST", "PATCH", "DELETE", "PUT", "OPTIONS"),
    fc.constantFrom(...PATHS),
    anyText,
  );
  await fc.assert(
    fc.asyncProperty(anyCall, async ([method, path, id]) => {
      const encoded = encodeURIComponent(id.toWellFormed());
      const answer = await call(method, `/v1/${path.replaceAll(":id", encoded)}`);
      expectClear(answer);
      // A dot leads up to a list, which has an OPTIONS and a GET.
      if (!/^\.{0,2}$/.test(id)) expect(answer.status).toBeGreaterThanOrEqual(400);
    }),
    { numRuns: 200 },
  );
  expect(log.filter((line) => line.includes('"level":"error"'))).toEqual([]);
});

test("whatever a query asks for", async () => {
  const { call, log } = await withOneOfEach();
  const names = [
    "limit",
    "cursor",
    "after",
    "before",
    "tenant",
    "task",
    "status",
    "state",
    "event",
  ];
  const anyQuery = fc.dictionary(
    fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...names) }, anyText),
    fc.oneof(anyText, fc.nat().map(String), fc.date({ noInvalidDate: true }).map(String)),
    { maxKeys: 4 },
  );
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...LISTS), anyQuery, async (list, query) => {
      const parameters = new URLSearchParams();
      for (const [name, value] of Object.entries(query)) parameters.append(name, value);
      const answer = await call("GET", `/v1/${list}?${parameters.toString()}`);
      expectClear(answer);
      expect([200, 400]).toContain(answer.status);
    }),
    { numRuns: 150 },
  );
  expect(log.filter((line) => line.includes('"level":"error"'))).toEqual([]);
});

test("whatever a body says to a call that knows its thing", async () => {
  const { send, ids, log } = await withOneOfEach();
  const anyCall = fc.constantFrom(
    `events/${ids.event}/replay`,
    `deliveries/${ids.delivery}/cancel`,
    `destinations/${ids.destination}/pause`,
    `destinations/${ids.destination}/resume`,
    `destinations/${ids.destination}/replay`,
    `quarantine/${ids.quarantined}/post`,
  );
  const anyBody = fc.oneof(
    fc.json({ maxDepth: 3 }),
    fc.string({ unit: "grapheme" }),
    fc
      .record(
        {
          destinations: fc.oneof(fc.array(fc.constantFrom(ids.destination, "x")), fc.jsonValue()),
          since: fc.oneof(fc.constant("2024-01-01T00:00:00Z"), fc.jsonValue()),
          until: fc.oneof(fc.date({ noInvalidDate: true }), fc.jsonValue()),
          states: fc.oneof(fc.array(fc.constantFrom("failed", "disabled", "x")), fc.jsonValue()),
        },
        { requiredKeys: [] },
      )
      .map((body) => JSON.stringify(body)),
  );
  await fc.assert(
    fc.asyncProperty(anyCall, anyBody, async (path, body) =>
      expectClear(await send("POST", `/v1/${path}`, body)),
    ),
    { numRuns: 150 },
  );
  expect(log.filter((line) => line.includes('"level":"error"'))).toEqual([]);
});
