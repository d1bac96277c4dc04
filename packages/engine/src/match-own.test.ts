import type { DestinationEvent } from "@syncbell/core";
import { describe, expect, test } from "vitest";
import type { Decision } from "./decision.ts";
import { type Situation, decide } from "./match.ts";
import { rule } from "./testing/rules.ts";
import { type StandingFields, directoryOf } from "./testing/standings.ts";

function failing(tenant?: string): DestinationEvent {
  const about = { id: "ops", channel: "bell", failures: 5, failing_since: null, reason: null };
  return {
    event_type: "destination.failing",
    status: "failing",
    destination: about,
    ...(tenant === undefined ? {} : { tenant: { id: tenant } }),
  };
}

interface Listener extends StandingFields {
  readonly when?: object;
}

/** What is decided for Syncbell's own notice about `ops`; options may say who is disabled. */
function decided(
  all: readonly Listener[],
  event: DestinationEvent = failing(),
  options: Partial<Situation> = {},
): Readonly<Record<string, Omit<Decision, "destinationId">>> {
  const destinations = all.flatMap(({ when, ...fields }) =>
    directoryOf(fields)
      .destinations()
      .map((one) => (when ? { ...one, when: rule(when) } : one)),
  );
  const decisions = decide(event, destinations, { own: true, ...options, now: 0 });
  return Object.fromEntries(decisions.map(({ destinationId, ...one }) => [destinationId, one]));
}

const named = { event_type: "destination.failing" };

describe("who hears that a destination fails", () => {
  test("whoever names the type, and nobody else", () => {
    expect(
      decided([
        { id: "ops" },
        { id: "named", when: named },
        {
          id: "one of them",
          when: { event_type: ["destination.failing", "destination.disabled"] },
        },
        { id: "another", when: { event_type: "destination.recovered" } },
        { id: "named, with more", when: { ...named, "destination.failures": { $gt: 9 } } },
        { id: "all failures", when: { status: "failing" } },
        { id: "everything" },
      ]),
    ).toMatchObject({
      ops: { decision: "filtered", reason: "a destination is not told of itself" },
      named: { decision: "deliver", reason: 'rule matches: event_type = "destination.failing"' },
      "one of them": { decision: "deliver" },
      another: { decision: "filtered" },
      "named, with more": { decision: "filtered" },
      "all failures": { decision: "filtered", reason: expect.stringContaining("name the type") },
      everything: { decision: "filtered", reason: expect.stringContaining("name the type") },
    });
  });

  test("never itself, whatever its rule, and though it were its own fallback", () => {
    const itself = { decision: "filtered", reason: "a destination is not told of itself" };
    expect(decided([{ id: "ops", when: named }])).toMatchObject({ ops: itself });
    expect(decided([{ id: "ops", fallback: "ops" }])).toMatchObject({ ops: itself });
  });

  test("its fallback, whatever the fallback's own rule and tenant", () => {
    const all = [
      { id: "ops", fallback: "mail" },
      { id: "mail", tenant: "tenant-9", when: { status: "never" } },
      { id: "other", fallback: "mail" },
    ];
    expect(decided(all)).toMatchObject({
      mail: { decision: "deliver", reason: 'is the fallback of "ops"' },
      other: { decision: "filtered" },
    });
    expect(decided(all, failing("tenant-1"))["mail"]?.decision).toBe("deliver");
  });

  test("nobody more where the fallback is gone from the configuration", () => {
    expect(Object.keys(decided([{ id: "ops", fallback: "mail" }]))).toEqual(["ops"]);
  });

  test("where it is one tenant's, that tenant's and those of all", () => {
    const all = [
      { id: "ops", tenant: "tenant-1" },
      { id: "same", tenant: "tenant-1", when: named },
      { id: "foreign", tenant: "tenant-2", when: named },
      { id: "all", when: named },
    ];
    expect(Object.keys(decided(all, failing("tenant-1")))).toEqual(["ops", "same", "all"]);
    expect(Object.keys(decided(all))).toEqual(["all"]);
  });

  test("not the fallback, where a producer posts such an event", () => {
    const all = [{ id: "ops", fallback: "mail" }, { id: "mail" }, { id: "named", when: named }];
    const posted = decided(all, failing(), { own: false });
    expect(posted).toMatchObject({
      mail: { decision: "filtered" },
      named: { decision: "deliver" },
    });
  });
});

describe("a disabled destination", () => {
  const stateOf: Situation["stateOf"] = (id) => (id === "off" ? "disabled" : "active");

  test("gets the decision that it is, with what it would have got", () => {
    expect(
      decided([{ id: "ops" }, { id: "off", when: named }], failing(), { stateOf }),
    ).toMatchObject({
      off: {
        decision: "disabled",
        reason:
          'the destination is disabled; else: rule matches: event_type = "destination.failing"',
      },
    });
    const all = [{ id: "ops", fallback: "off" }, { id: "off" }];
    expect(decided(all, failing(), { stateOf })["off"]).toMatchObject({
      decision: "disabled",
      reason: 'the destination is disabled; else: is the fallback of "ops"',
    });
  });

  test("is filtered as before where its rule says so", () => {
    const all = [{ id: "ops" }, { id: "off", when: { event_type: "other" } }];
    expect(decided(all, failing(), { stateOf })["off"]?.decision).toBe("filtered");
  });

  test("a paused one gets its deliveries", () => {
    const paused = decided([{ id: "ops" }, { id: "b", when: named }], failing(), {
      stateOf: () => "paused",
    });
    expect(paused["b"]?.decision).toBe("deliver");
  });
});
