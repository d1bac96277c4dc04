import { type Receiver, startReceiver } from "@syncbell/channel-kit";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { deliver } from "../testing/delivery.ts";
import { exampleEvent, failedRun, notificationFrom } from "../testing/events.ts";
import { presetConfig } from "../testing/preset-configs.ts";
import type { PresetName } from "./presets.ts";

let receiver: Receiver;
beforeEach(async () => void (receiver = await startReceiver()));
afterEach(() => receiver.close());

describe("an alert", () => {
  /** The path and the body of the request that a run of the pipeline makes. */
  const sent = async (preset: PresetName, event: object, isTest = false): Promise<object> => {
    await deliver(
      presetConfig(preset, receiver.url),
      notificationFrom({ ...failedRun(), ...event }, { test: isTest }),
    );
    const { path, body } = receiver.requests.at(-1) ?? {};
    return { path, ...(JSON.parse(body?.toString() ?? "{}") as object) };
  };

  test("of PagerDuty has one key for all runs of a pipeline, and is resolved by it", async () => {
    const failed = await sent("pagerduty", { status: "failed" });
    const again = await sent("pagerduty", { status: "timeout", sync: { id: "another" } });
    const ended = await sent("pagerduty", { status: "succeeded", sync: { id: "third" } });
    const { dedup_key } = failed as { dedup_key: string };
    expect(dedup_key).toMatch(/^syncbell-[0-9a-f]{32}$/);
    expect(again).toMatchObject({ event_action: "trigger", dedup_key });
    expect(ended).toEqual({
      path: "/v2/enqueue",
      routing_key: "s3cr3t",
      event_action: "resolve",
      dedup_key,
    });
  });

  test("of Opsgenie has one alias for all runs of a pipeline, and is closed by it", async () => {
    const { alias } = (await sent("opsgenie", {})) as { alias: string };
    const close = await sent("opsgenie", { status: "ok" });
    expect(close).toMatchObject({ path: `/v2/alerts/${alias}/close?identifierType=alias` });
    const note = await sent("opsgenie", { status: "aborted" });
    expect(note).toMatchObject({ path: `/v2/alerts/${alias}/notes?identifierType=alias` });
  });

  test("of another pipeline, or for a test, has another", async () => {
    const example = exampleEvent("pipeline");
    const keys = [
      await sent("pagerduty", {}),
      await sent("pagerduty", { tenant: { ...example.tenant, id: "another" } }),
      await sent("pagerduty", { task: { ...example.task, id: "another" } }),
      await sent("pagerduty", {}, true),
    ].map((each) => (each as { dedup_key: string }).dedup_key);
    expect(new Set(keys).size).toBe(4);
  });

  test("is not opened, nor closed, by a run that neither failed nor succeeded", async () => {
    for (const status of ["skipped", "cancelled", "who knows"]) {
      const change = await sent("pagerduty", { status });
      expect(change).toMatchObject({ path: "/v2/change/enqueue" });
      expect(change).not.toHaveProperty("event_action");
    }
  });
});
