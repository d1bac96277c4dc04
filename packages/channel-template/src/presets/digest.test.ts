import type { Notification } from "@syncbell/core";
import { describe, expect, test } from "vitest";
import { channel } from "../index.ts";
import { failedRun, notificationFrom } from "../testing/events.ts";
import { failedDigest } from "../testing/own-events.ts";
import { presetConfig } from "../testing/preset-configs.ts";
import { faultsOf } from "../testing/service-rules.ts";
import { PRESETS, type PresetName } from "./presets.ts";
import { wordsOf } from "./words.ts";

const [line] = failedDigest.lines;
const long = "数据 😀 <b> @all ".repeat(30);

/** A digest in which a thousand pipelines failed, of which a hundred have lines. */
function digestOf(name: string): Notification {
  return notificationFrom({
    ...failedDigest,
    pipelines: { ...failedDigest.pipelines, total: 1_000, failed: 1_000 },
    tenant: { id: "tenant-1", name },
    lines: Array.from({ length: 100 }, () => ({ ...line, name, message: name })),
  });
}

describe.each(Object.keys(PRESETS) as PresetName[])("%s", (preset) => {
  const config = channel.config.parse(presetConfig(preset, "https://example.com"));

  test("tells of a digest what goes in, and counts the rest, however long its lines are", () => {
    for (let length = 20; length <= long.length; length += 10) {
      const notification = digestOf(long.slice(0, length));
      const { body } = channel.render(notification, config);
      const said = JSON.stringify(body);
      const [, more] = /and (\d+) more/.exec(said) ?? [];
      const shown = said.split("✗").length - 1;
      expect(shown).toBeGreaterThan(0);
      expect(shown + Number(more)).toBe(1_000);
      expect(said).toContain("Succeeded");
      expect(faultsOf(preset, body, notification)).toEqual([]);
    }
  });

  test("keeps within its limits however long the facts are that it shows", () => {
    const facts = Array.from({ length: 30 }, (_, index) => ({
      label: `Fact ${index}`,
      value: long,
    }));
    const notification = { ...notificationFrom(failedRun()), facts };
    const { body } = channel.render(notification, config);
    expect(faultsOf(preset, body, notification)).toEqual([]);
  });
});

test("of many facts each has something of its value", () => {
  const facts = Array.from({ length: 30 }, (_, index) => ({ label: `Fact ${index}`, value: long }));
  const words = wordsOf({ ...notificationFrom(failedRun()), facts }, 100);
  expect(words.facts).toHaveLength(15);
  for (const { value } of words.facts) expect(value.length).toBeGreaterThanOrEqual(30);
  expect(words.facts.map(({ label, value }) => label + value).join("").length).toBeLessThanOrEqual(
    3_000,
  );
});
