import { HEALTHY } from "../breaker.ts";
import { DELIVERY_STATES } from "../store/delivery-records.ts";
import type { Judge } from "../store/destination-records.ts";
import type { Store } from "../store/store.ts";
import { acceptParts, newPart } from "../store/suite/new-digests.ts";
import { START, claim, newEvent } from "../store/suite/new-events.ts";
import { expectingRun, newFailure, newRecovery } from "../store/suite/new-pipelines.ts";
import { newQuarantined } from "../store/suite/new-quarantined.ts";
import { deliveryIn, newAttempt, newContact, recordOf } from "../store/suite/new-records.ts";
import { newReplay, stepReplay } from "../store/suite/new-replays.ts";

/** Texts that one place or another could take for something else. */
const TEXTS = [
  "plain",
  "",
  "NULL",
  "\\N",
  '{"a","b"}',
  "it's; -- \\",
  "Ünïcödé",
  "👩‍🚀\u{10FFFF}",
  "lone \ud800 and \udc00",
  "\u202e\u0001\n\t",
  "␀",
  "x".repeat(3_000),
] as const;

/** Numbers from 0 up to 1 that are the same for the same seed. */
function numbersOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return state / 2 ** 32;
  };
}

/** Does to a store what dispatchers do, by chance: afterwards every table of it holds something. */
export async function fillStore(store: Store, seed: number, rounds = 4): Promise<void> {
  const random = numbersOf(seed);
  const below = (count: number): number => Math.floor(random() * count);
  const text = (): string => TEXTS[below(TEXTS.length)] ?? "";
  // What a digest says is cleaned before it is kept.
  const cleaned = (): string => text().toWellFormed();
  const destination = (): string => ["ops", "b", "c-👋"][below(3)] ?? "ops";
  await nameDestinations(store, text);
  for (let round = 0; round < rounds; round++) {
    for (const state of DELIVERY_STATES) {
      await deliveryIn(store, state, {
        deliveries: [destination()],
        body: Buffer.from(Array.from({ length: below(300) }, () => below(256))),
        status: text(),
        ...(random() < 0.5 ? {} : { tenantId: text(), taskId: text() }),
        name: `${text()}:${seed}:${round}:${state}`,
        test: random() < 0.5,
        decisions: [
          { destinationId: "ops", decision: "deliver", reason: text(), unevaluable: false },
          { destinationId: "b", decision: "disabled", reason: text(), unevaluable: true },
        ],
      });
    }
    await tellStories(store, `evt_s${seed}_${round}`, destination());
    await acceptParts(store, [
      newPart({ destinationId: destination(), said: { name: cleaned() } }),
      newPart({ task: text(), failureOf: "evt_0", said: { status: cleaned() } }),
    ]);
    await store.quarantine(
      newQuarantined({ key: text(), errors: JSON.stringify([text()]), receivedAt: START + round }),
    );
    await makeAttempts(store, text);
    await store.setChannelState(destination(), text(), `s1.${text()}`);
    await store.keepMadeSecret("b", `${text()}${round}`, `s1.${text()}`, START + round);
    const replay = newReplay({ destinationId: destination(), states: ["failed", "expired"] });
    await store.addReplay(replay);
    if (random() < 0.5) await stepReplay(store, replay.id, 2);
  }
}

async function nameDestinations(store: Store, text: () => string): Promise<void> {
  const named = ["ops", "b", "c-👋", "gone"].map((id) => ({ id, fingerprint: text() }));
  await store.nameDestinations(named, START);
  await store.nameDestinations(named.slice(0, 3), START + 1);
  const definition = JSON.stringify({ config: { secret: `s1.${text()}` } });
  await store.putDestination({ id: "dst_made", fingerprint: text() }, definition, START + 2);
  await store.setDestinationState("dst_made", "paused", START + 3);
  await store.setDestinationState("b", "disabled", Number.MAX_SAFE_INTEGER);
}

/** A failure that is told, one that is being sent while a recovery waits, one that is superseded. */
async function tellStories(store: Store, incident: string, destinationId: string): Promise<void> {
  const key = (nth: number) => ({ tenantId: `tenant-${nth}`, taskId: `${incident}-${nth}` });
  await store.accept([newFailure(`${incident}-1`, { destinationId }, key(1))]);
  const [told] = await claim(store, destinationId, { count: 1 });
  if (told) await store.record([recordOf(told)], () => undefined);
  await store.accept([newFailure(`${incident}-2`, { destinationId }, key(2))]);
  await claim(store, destinationId, { count: 1 });
  await store.accept([
    newRecovery(`${incident}-2`, { destinationId, waitsFor: `${incident}-2` }, key(2)),
    newFailure(`${incident}-3`, { destinationId }, key(3)),
    newRecovery(`${incident}-3`, { destinationId, tellsOf: `${incident}-3` }, key(3)),
    expectingRun({ expectedAt: START + 60_000, graceMs: 500 }, key(4)),
  ]);
}

/** Attempts that fail with words, attempts that were asked for, a bucket that is a third full. */
async function makeAttempts(store: Store, text: () => string): Promise<void> {
  const judge: Judge = (_, health) => ({
    health: { ...HEALTHY, failures: health.failures + 1, failingSince: START },
    disable: false,
    events: [],
  });
  const event = newEvent({ deliveries: ["ops", "ops", "ops"] });
  await store.accept([event]);
  const pace = { perSecond: 1 / 3, burst: 10 };
  const shares = [{ destinationId: "ops", count: 2, manual: false, pace }];
  const leaseUntil = START + 20_000;
  const { deliveries } = await store.claim({
    now: START + 1,
    leaseUntil,
    shares,
    enoughBytes: Infinity,
  });
  const [failed] = deliveries;
  if (failed) {
    const attempt = newAttempt({
      number: failed.attempts + 1,
      durationMs: 2 ** 40,
      outcome: "retry",
      status: undefined,
      reason: text(),
      response: text(),
    });
    const contact = newContact({ reason: text() });
    const state = { state: "pending", dueAt: Number.MAX_SAFE_INTEGER } as const;
    await store.record([recordOf(failed, { ...state, attempt, contact })], judge);
    await store.retry(failed.id, START + 3);
    await store.retry(failed.id, START + 4);
    await claim(store, "ops", { manual: true, count: 1, leaseUntil });
  }
}
