import type { Attempt, HttpClient } from "@syncbell/core";
import { describe, expect, test } from "vitest";
import { Connections } from "./connections.ts";
import type { Destination } from "./destination.ts";
import { bell } from "./testing/bell-channel.ts";
import { ManualClock } from "./testing/manual-clock.ts";
import { bellAt } from "./testing/running-engine.ts";

const never = new AbortController().signal;
const http: HttpClient = { request: () => Promise.reject(new Error("nothing is sent here")) };
const log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

/** Connections whose opening and closing is written down. */
function watched() {
  const story: string[] = [];
  const clock = new ManualClock();
  const state = {
    get: () => Promise.resolve(undefined),
    set: () => Promise.resolve(),
    delete: () => Promise.resolve(),
  };
  const connections = new Connections(http, clock, log, () => state);
  let opened = 0;
  const channel = bell({
    connect: ({ url }) => {
      const name = `${url}${++opened}`;
      story.push(`open ${name}`);
      return {
        send: (_: unknown, { key }: Attempt) => {
          story.push(`send ${key} on ${name}`);
          return Promise.resolve({ kind: "delivered" });
        },
        close: () => {
          story.push(`close ${name}`);
          return Promise.resolve();
        },
      };
    },
  });
  const at = (url: string): Destination => bellAt(url, "ops", channel);
  return { connections, clock, story, at };
}

describe("a destination that has changed", () => {
  test("is opened afresh, and the old connection is closed when nobody can be using it", async () => {
    const { connections, clock, story, at } = watched();
    const old = await connections.get(at("old"), never);
    expect(await connections.get(at("old"), never)).toBe(old);
    connections.forget("ops");
    const fresh = await connections.get(at("new"), never);
    expect(fresh).not.toBe(old);
    await clock.advance(16_000);
    await old.send({ line: "" }, { key: "late", number: 1, startedAt: 0, signal: never });
    expect(story).toEqual(["open old1", "open new2", "send late on old1"]);
    await clock.advance(4_000);
    expect(story.slice(3)).toEqual(["close old1"]);
    await clock.advance(60_000);
    expect(await connections.get(at("new"), never)).toBe(fresh);
    await connections.close();
    expect(story.slice(4)).toEqual(["close new2"]);
  });

  test("several times over: each connection is closed once, a stop closes those that are left", async () => {
    const { connections, clock, story, at } = watched();
    for (const url of ["a", "b", "c"]) {
      await connections.get(at(url), never);
      connections.forget("ops");
      await clock.advance(9_000);
    }
    expect(story.filter((line) => line.startsWith("close"))).toEqual(["close a1"]);
    await connections.close();
    expect(story.slice(-2)).toEqual(["close b2", "close c3"]);
    // A timer that is left would keep the process for as long.
    expect(clock.waiting).toBe(0);
    await clock.advance(60_000);
    expect(story).toHaveLength(6);
  });

  test("has its new secrets masked, and no longer its old ones alone", () => {
    const { connections, at } = watched();
    const config = { url: "", token: "the-first-token" };
    expect(connections.redactorOf({ ...at(""), config })("the-first-token")).toBe("***");
    connections.forget("ops");
    const next = { ...at(""), config: { ...config, token: "the-second-token" } };
    expect(connections.redactorOf(next)("the-second-token")).toBe("***");
  });

  test("has its new secrets masked though somebody asks late for the old one", () => {
    const { connections, at } = watched();
    const [old, next] = ["the-first-token", "the-second-token"].map((token) => ({
      ...at(""),
      config: { url: "", token },
    }));
    if (!old || !next) return;
    connections.forget("ops");
    expect(connections.redactorOf(old)("the-first-token")).toBe("***");
    expect(connections.redactorOf(next)("the-second-token")).toBe("***");
  });

  test("that was never opened is forgotten without more", async () => {
    const { connections, clock } = watched();
    connections.forget("ops");
    expect(clock.waiting).toBe(0);
    await connections.close();
  });
});
