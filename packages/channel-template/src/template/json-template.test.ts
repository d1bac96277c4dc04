import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { exampleEvent, failedRun, notificationFrom } from "../testing/events.ts";
import { filled, messageOf, refusals } from "../testing/filled.ts";
import { openJson } from "../testing/open-json.ts";

describe("a leaf that is one tag keeps the type of its value", () => {
  const event = { ...failedRun(), big: 1.5e300, yes: true, none: null, rows: [1, [2]], text: "12" };

  test.each([
    ["{{sync.exit_code}}", 1],
    ["{{big}}", 1.5e300],
    ["{{ yes }}", true],
    ["{{none}}", null],
    ["{{rows}}", [1, [2]]],
    ["{{rows.[1]}}", [2]],
    ["{{text}}", "12"],
    ["{{task.schedule.hours}}", 6],
    ["{{task.extractor.capabilities}}", ["properties", "discover", "state"]],
    ["{{eq outcome 'failed'}}", true],
    ["{{default nothing 0}}", 0],
    ["{{duration}}", 644.970544],
    ["{{nothing}}", ""],
    ["{{json rows}}", "[1,[2]]"],
    ["{{sync.exit_code}} ", "1 "],
    ["{{rows}}!", "[1,[2]]!"],
    ["{{none}}!", "!"],
  ])("%s", (leaf, value) => {
    expect(filled({ leaf }, event)).toEqual({
      leaf: typeof value === "number" ? expect.closeTo(value, 2) : value,
    });
  });
});

test("all but texts is left as it is, and so are texts without a tag", () => {
  const plain = {
    number: 1,
    zero: -0.5,
    yes: true,
    none: null,
    texts: ["123", "true", "null", "value:", "- a", "~", "2024-11-11", "1e3", "{}", "", " x "],
    nested: [[[{ a: [] }]], {}],
  };
  expect(filled(plain)).toEqual(plain);
});

test("keys are not filled, and any name can be one", () => {
  const template = JSON.parse('{"{{title}}":1,"__proto__":{"a":"{{status}}"},"constructor":2}');
  const body = filled(template);
  expect(JSON.stringify(body)).toBe('{"{{title}}":1,"__proto__":{"a":"failed"},"constructor":2}');
});

test("a value comes through as it is, and what looks like a tag in it is not filled", () => {
  const any = fc.oneof(
    fc.string({ unit: "binary" }),
    fc
      .array(fc.constantFrom('"', "\\", "\n", "\u2028", "{{title}}", "{{", "}}", "${x}", "\u0000"))
      .map((parts) => parts.join("")),
  );
  fc.assert(
    fc.property(openJson({ stringUnit: "binary", maxDepth: 4 }), any, (value, text) => {
      const event = { event_type: "made", status: "x", "the value": value, text };
      const body = filled(
        { value: "{{[the value]}}", text: "{{text}}", within: ["<{{text}}{{text}}>"] },
        event,
      );
      const sent: unknown = JSON.parse(JSON.stringify(body));
      expect(sent).toEqual({
        value: JSON.parse(JSON.stringify(value)),
        text: text.toWellFormed() === text ? text : expect.any(String),
        within: [`<${text}${text}>`],
      });
    }),
    { numRuns: 500 },
  );
});

describe("what a template sees", () => {
  test("is the event, and what Syncbell says of it", () => {
    const names =
      "event_id received_at outcome tone title line excerpt started stopped link test status tenant.external_id";
    const template = Object.fromEntries(names.split(" ").map((name) => [name, `{{${name}}}`]));
    expect(filled(template)).toEqual({
      event_id: "evt_01",
      received_at: "2026-11-24T12:30:00.250Z",
      outcome: "failed",
      tone: "bad",
      title: "tenant-1-tap-salesforce-to-primary failed",
      line: expect.stringMatching(/^Status: failed \| Tenant: Tenant 1 \| /),
      excerpt: expect.stringContaining("loader:***@db.example.com"),
      started: "2024-11-11 10:00:34+00:00",
      stopped: "2024-11-11 10:11:19+00:00",
      link: "https://app.example.com/tenant1/syncs/sync-1?tab=(log)",
      test: false,
      status: "failed",
      "tenant.external_id": "tenant1",
    });
  });

  test("has null for what is not known, and the event's own field where names meet", () => {
    const event = { event_type: "made", status: "x", title: "its own", duration: "long" };
    const template = ["{{duration}}", "{{started}}", "{{excerpt}}", "{{link}}", "{{event.title}}"];
    expect(filled(template, notificationFrom(event, {}))).toEqual([
      null,
      null,
      null,
      null,
      "its own",
    ]);
  });

  test("says of a test that it is one", () => {
    const notification = notificationFrom(failedRun(), { test: true });
    const message = messageOf(["{{title}}", "{{line}}", "{{test}}"], notification);
    expect(message.body).toEqual([
      expect.stringMatching(/^Test: /),
      expect.stringMatching(/^\[test\] Status: /),
      true,
    ]);
    expect(message.test).toBe(true);
  });
});

test.each([
  ["{{upper status}} {{lower 'ÄB'}}", "FAILED äb"],
  ["{{truncate title 10}}|{{truncate title 0}}|{{truncate title 'x'}}", "tenant-1-…||"],
  ["{{date started_at}} {{date 'soon'}}", "2024-11-11 10:00:34+00:00 soon"],
  ["{{duration duration}}, {{duration 'x'}}, {{duration -1}}", "10 min 44 s, x, -1"],
  ["{{default nothing (upper 'none')}} {{default '' 'empty'}} {{default 0 1}}", "NONE empty 0"],
  ["{{json task.extractor.capabilities}}", '["properties","discover","state"]'],
  ["{{#if (eq task.task_type 'pipeline')}}yes{{/if}}", "yes"],
  ["{{#each facts as |fact at|}}{{at}}{{fact.label}};{{/each}}", /^0Tenant;1Pipeline;2Source;/],
])("%s", (template, made) => {
  expect(filled(template)).toEqual(typeof made === "string" ? made : expect.stringMatching(made));
});

test("a missing field is empty, and told once; one that was only asked after is not", () => {
  const template = {
    a: "{{task.owner.name}}, {{task.owner.name}}",
    b: "{{upper tenant.nick}}",
    c: "{{#if no}}{{/if}}{{#each no}}{{/each}}{{default no 'x'}}{{eq no 1}}{{sync.exit_code}}",
  };
  const { body, warnings } = messageOf(template, exampleEvent("transform"));
  expect(body).toEqual({ a: ", ", b: "", c: "xfalse" });
  expect(warnings).toEqual([
    'the event has no "task.owner.name": it is left empty',
    'the event has no "tenant.nick": it is left empty',
  ]);
  expect(messageOf("{{title}}")).not.toHaveProperty("warnings");
});

test.each([
  [5, "template must be text, a list or an object, not a number"],
  [null, "template must be text, a list or an object, not null"],
  ["", "template must not be empty"],
  [undefined, "template is required"],
  [{ a: undefined }, "template.a can't be in JSON"],
  [{ a: () => "x" }, "template.a can't be in JSON"],
  [{ a: [Number.NaN] }, "template.a.0 can't be in JSON"],
])("%j is no template", (template, refusal) => {
  expect(refusals(template)).toEqual([expect.stringContaining(refusal)]);
});
