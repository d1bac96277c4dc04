import { describe, expect, test } from "vitest";
import { fillLinks } from "./links.ts";
import { postSync } from "./testing/events.ts";

const filled = (template: string, event: unknown): string | undefined =>
  fillLinks([{ name: "run", template }], event)[0]?.url;

describe("a link is filled with values of the event", () => {
  test("that are texts, numbers or booleans", () => {
    const event = postSync({ number: 5, yes: true, sync: "sync-9" });
    expect(
      fillLinks(
        [{ name: "run", template: "https://a.example/{{tenant.id}}/{{ sync.id }}" }],
        event,
      ),
    ).toEqual([{ label: "run", url: "https://a.example/tenant-1/sync-9" }]);
    expect(filled("https://a.example/{{number}}?{{yes}}", event)).toBe("https://a.example/5?true");
    expect(filled("https://a.example/", event)).toBe("https://a.example/");
  });

  test.each([
    ["../../admin?x=1#y", "..%2F..%2Fadmin%3Fx%3D1%23y"],
    ["a b&c=d", "a%20b%26c%3Dd"],
    ["é😀", "%C3%A9%F0%9F%98%80"],
    ["\ud800", "%EF%BF%BD"],
    ["{{sync.id}}", "%7B%7Bsync.id%7D%7D"],
    ["$&$1", "%24%26%241"],
  ])("percent-encoded: %j", (value, encoded) => {
    expect(filled("https://a.example/{{v}}/x", { v: value })).toBe(
      `https://a.example/${encoded}/x`,
    );
  });
});

test.each([[{}], [{ v: null }], [{ v: "" }], [{ v: {} }], [{ v: [] }], [{ v: [{}] }]])(
  "a link that would lead nowhere is left out: %j",
  (event) => {
    expect(filled("https://a.example/{{v}}", event)).toBeUndefined();
  },
);

test("what an event inherits gets into no link", () => {
  expect(filled("https://a.example/{{constructor.name}}", {})).toBeUndefined();
  expect(filled("https://a.example/{{__proto__.constructor.name}}", {})).toBeUndefined();
});
