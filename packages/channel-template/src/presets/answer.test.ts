import { type Receiver, startReceiver } from "@syncbell/channel-kit";
import { afterEach, beforeEach, expect, test } from "vitest";
import { deliver } from "../testing/delivery.ts";
import { presetConfig } from "../testing/preset-configs.ts";
import { SERVICE_ANSWERS, bodyText } from "../testing/service-answers.ts";
import type { PresetName } from "./presets.ts";

let receiver: Receiver;
beforeEach(async () => void (receiver = await startReceiver()));
afterEach(() => receiver.close());

const rows = Object.entries(SERVICE_ANSWERS).flatMap(([preset, each]) =>
  each.map(([status, body, outcome]) => [preset as PresetName, status, body, outcome] as const),
);

test.each(rows)("%s answers %i %j", async (preset, status, body, outcome) => {
  const said = bodyText(body);
  const headers = { "retry-after": "7" };
  receiver.answer = (response) => void response.writeHead(status, headers).end(said);
  const came = await deliver(presetConfig(preset, receiver.url));
  expect(came).toEqual(expect.objectContaining({ ...outcome, status, response: said }));
  expect(JSON.stringify({ ...came, response: "" })).not.toMatch(/s3cr3t|127\.0\.0\.1/);
  expect(receiver.requests).toHaveLength(1);
});

test("a service's word is answered whole: whoever keeps it masks it before it is cut", async () => {
  const word = `${"x".repeat(170)} s3cr3t-that-is-cut-in-half-at-two-hundred`;
  receiver.answer = (response) =>
    void response.end(
      JSON.stringify({ ok: false, description: word, parameters: { retry_after: 9 } }),
    );
  const came = await deliver(presetConfig("telegram", receiver.url));
  expect(came).toMatchObject({ reason: expect.stringContaining(word) });
});
