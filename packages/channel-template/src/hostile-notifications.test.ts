import { describe, expect, test } from "vitest";
import { channel } from "./index.ts";
import { PRESETS, type PresetName } from "./presets/presets.ts";
import { SECRET, hostileNotifications } from "./testing/hostile.ts";
import { presetConfig } from "./testing/preset-configs.ts";
import { faultsOf } from "./testing/service-rules.ts";

const url = "https://example.com/in";
const COUNT = 2_000;
const notifications = [...hostileNotifications(COUNT)];

describe(`of ${COUNT} notifications that were made to harm`, () => {
  test.each(Object.keys(PRESETS) as PresetName[])(
    "none acts in %s",
    { timeout: 120_000 },
    (preset) => {
      const config = channel.config.parse(presetConfig(preset, url));
      for (const notification of notifications) {
        const { body, path } = channel.render(notification, config);
        const faults = faultsOf(preset, body, notification);
        if (faults.length > 0) expect({ faults, body }).toEqual({ faults: [], body });
        expect(JSON.stringify(body)).not.toMatch(SECRET);
        expect(path ?? "/").toMatch(/^\/[\w/?=-]*$/);
      }
    },
  );

  const fields = {
    title: "{{title}}",
    message: "{{sync.termination_message}}",
    name: "{{task.name}}",
    more: "{{more}}",
    within:
      "{{#each more}}{{@key}}: {{this}}; {{/each}}{{json more.list}}{{#each facts}}{{value}}{{/each}}{{#each items}}{{text}}{{/each}}",
  };
  const escaped = Object.values(fields).join("|");

  test.each([
    ["a JSON template", { url, template: fields }],
    [
      "a text template of JSON",
      { url, template: `{"a":"${escaped}","b":{{more}} ,"c":{{title}} }` },
    ],
    ["a text template of HTML", { url, template: escaped, content_type: "text/html" }],
    [
      "a form",
      {
        url,
        template: `a=${escaped.replaceAll("|", "&b=").replaceAll(/: |; /g, "")}`,
        content_type: "application/x-www-form-urlencoded",
      },
    ],
    ["plain text", { url, template: escaped, content_type: "text/plain" }],
  ])("none breaks %s, and no secret is in it", { timeout: 120_000 }, (_what, given) => {
    const config = channel.config.parse(given);
    let plain = 0;
    for (const notification of notifications) {
      const message = channel.render(notification, config);
      const { body, contentType, note } = message;
      plain += note === undefined ? 0 : 1;
      expect(JSON.stringify(message)).not.toMatch(SECRET);
      expect(Buffer.byteLength(JSON.stringify(message))).toBeLessThanOrEqual(131_072);
      const sent = typeof body === "string" ? body : JSON.stringify(body);
      expect(Buffer.byteLength(sent)).toBeLessThanOrEqual(65_536);
      if (contentType === "application/json") expect(() => JSON.parse(sent)).not.toThrow();
      if (contentType === "text/html")
        expect(sent.replace(/^<p>|<\/p>$/g, "")).not.toMatch(/[<>"'`=]/);
      if (contentType.endsWith("urlencoded"))
        expect(sent).toMatch(/^(?:[ab]|text)=[\w%.!~*'()=&-]*$/);
    }
    expect(plain).toBeLessThan(COUNT / 2);
  });
});
