import { expect, test } from "vitest";
import { TEST_TIME, testHost } from "./test-host.ts";
import { testHttpClient } from "./test-http-client.ts";

const http = testHttpClient();

test("a host keeps what is logged, as it is logged", () => {
  const host = testHost({ http });
  host.log.debug("asked", { token: "t0ken" });
  host.log.warn("refused");
  expect(host.lines).toEqual([
    { level: "debug", message: "asked", fields: { token: "t0ken" } },
    { level: "warn", message: "refused", fields: {} },
  ]);
});

test("a host remembers what it is told, and forgets it when it is told so", async () => {
  const host = testHost({ http, state: { room: "kitchen" } });
  expect(await host.state.get("room")).toBe("kitchen");
  await host.state.set("room", "hall");
  await host.state.set("lamp", "on");
  await host.state.delete("room");
  expect(await host.state.get("room")).toBeUndefined();
  expect([...host.stored]).toEqual([["lamp", "on"]]);
});

test("the clock of a host stands still until it is moved", () => {
  const host = testHost({ http });
  expect(host.now()).toBe(TEST_TIME);
  host.advance(1_500);
  expect(host.now()).toBe(TEST_TIME + 1_500);
  expect(testHost({ http, now: 7 }).now()).toBe(7);
});
