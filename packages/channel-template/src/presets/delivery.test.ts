import { type Receiver, startReceiver } from "@syncbell/channel-kit";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { deliver } from "../testing/delivery.ts";
import { presetConfig } from "../testing/preset-configs.ts";
import { PRESETS, type PresetName } from "./presets.ts";

let receiver: Receiver;
beforeEach(async () => void (receiver = await startReceiver()));
afterEach(() => receiver.close());

describe("the request goes where the service wants it, with what it must not be shown without", () => {
  test.each([
    ["discord", "/api/webhooks/1/s3cr3t?thread_id=5&wait=true", undefined, {}],
    ["google-chat", "/v1/spaces/A/messages?key=k&token=s3cr3t", undefined, {}],
    ["mattermost", "/hooks/s3cr3t", undefined, {}],
    ["telegram", "/bot1:s3cr3t/sendMessage", undefined, { chat_id: -100 }],
    ["pagerduty", "/v2/enqueue", undefined, { routing_key: "s3cr3t", event_action: "trigger" }],
    ["opsgenie", "/v2/alerts", "GenieKey s3cr3t", { source: "Syncbell" }],
    ["ntfy", "/", "Bearer s3cr3t", { topic: "data-team" }],
  ] as const)("%s", async (preset, path, authorization, body) => {
    await deliver(presetConfig(preset, receiver.url));
    const [request] = receiver.requests;
    expect(request).toMatchObject({ method: "POST", path });
    expect(request?.headers["content-type"]).toBe("application/json");
    expect(request?.headers.authorization).toBe(authorization);
    expect(JSON.parse(request?.body.toString() ?? "")).toMatchObject(body);
  });
});

test.each(Object.keys(PRESETS) as PresetName[])("%s is not there", async (preset) => {
  receiver.answer = (response) => response.socket?.resetAndDestroy();
  expect(await deliver(presetConfig(preset, receiver.url))).toEqual({
    kind: "retry",
    reason: "the connection was reset",
  });
});
