import { describe, expect, test } from "vitest";
import { failedRun, notificationFrom } from "../testing/events.ts";
import { filled, messageOf, refusals } from "../testing/filled.ts";
import { DEEPEST_VALUE, LARGEST_TEMPLATE, MOST_BLOCKS, MOST_TAGS, MOST_WORDS } from "./compile.ts";

const loop = (body: string, times: number): string =>
  times === 0 ? body : loop(`{{#each @root.list}}${body}{{/each}}`, times - 1);

const nested = (depth: number): unknown => (depth === 0 ? "x" : { a: nested(depth - 1) });

/** An event of about a megabyte, with every shape that could make a template dear. */
const event = {
  ...failedRun(),
  list: Array.from({ length: 90 }, (_, index) => `item ${index}`),
  rows: Array.from({ length: 60_000 }, (_, index) => index),
  keys: Object.fromEntries(Array.from({ length: 40_000 }, (_, index) => [`k${index}`, index])),
  secrets: Array.from({ length: 10_000 }, (_, index) => `${"a-".repeat(9)}token   ${index}`),
  texts: Array.from({ length: 8 }, (_, index) => index + "a-".repeat(30_000)),
  nested: nested(60),
};

describe("what can't be bounded when it is filled is refused before it is parsed", () => {
  test.each([
    ["10,000 blocks in one another", "{{#if a}}".repeat(10_000) + "{{/if}}".repeat(10_000)],
    ["nine blocks in one another", "{{#if a}}".repeat(9) + "{{/if}}".repeat(9)],
    ["16 KB of blocks that are not closed", "{{#a}}".repeat(2_700)],
    ["16 KB of branches", `{{#if a}}${"{{else if b}}".repeat(1_200)}{{/if}}`],
    ["one block too many", "{{#if a}}{{/if}}".repeat(MOST_BLOCKS + 1)],
    ["20,000 tags", "{{a}}".repeat(20_000)],
    ["one tag too many", "{{a}}".repeat(MOST_TAGS + 1)],
    ["a tag of 16 KB", `{{a${" b".repeat(8_000)}}}`],
    ["too many words in tags", `{{default a.b.c.d.e.f.g.h.i.j "k"}}`.repeat(MOST_WORDS / 20)],
    ["dots in tags", `{{a${" .".repeat(140)}}}`.repeat(MOST_WORDS / 140)],
    ["brackets in one another", `{{a ${"(b ".repeat(2_700)}${")".repeat(2_700)}}}`],
    ["a few brackets in one another", `{{a ${"(b ".repeat(9)}${")".repeat(9)}}}`],
    ["brackets that are not closed", `{{a ${"(b ".repeat(4_000)}`],
    ["a path of 8,000 steps", `{{${"a.".repeat(8_000)}a}}`],
    ["16 KB of braces", "{".repeat(LARGEST_TEMPLATE)],
    ["16 KB of comments that are not closed", "{{!-- ".repeat(2_700)],
    ["a text that is too long", "x".repeat(LARGEST_TEMPLATE + 1)],
    ["a partial that is itself in it", '{{#*inline "a"}}{{> a}}{{/inline}}{{> a}}'],
  ])("%s", (_what, template) => {
    expect(refusals(template)).not.toEqual([]);
  });

  test("in all leaves together, and with few words", () => {
    const tags = Array.from({ length: MOST_TAGS + 1 }, () => "{{a}}");
    expect(refusals(tags)).toEqual(["template is too much: a template may have 300 tags"]);
    const long = Array.from({ length: 17 }, () => "x".repeat(1_000));
    expect(refusals({ ["k".repeat(400)]: long })).toEqual([
      "template is too much: a template may have 16384 characters",
    ]);
    expect(refusals({ ["k".repeat(LARGEST_TEMPLATE - 1)]: 1, a: "" })).toEqual([]);
    expect(refusals({ ["k".repeat(LARGEST_TEMPLATE)]: 1, a: "" })).toHaveLength(1);
    expect(refusals(Array.from({ length: 100_000 }, () => 1))).toEqual([
      "template is too much: a template may have 1000 values",
    ]);
    expect(refusals("{{log 1}}".repeat(100))).toHaveLength(10);
  });

  test("in depth, and in rings", () => {
    expect(refusals(nested(DEEPEST_VALUE))).toEqual([]);
    expect(refusals(nested(DEEPEST_VALUE + 1))).toHaveLength(1);
    const ring: Record<string, unknown> = {};
    ring["a"] = ring["b"] = [ring, ring];
    expect(refusals(ring).length).toBeGreaterThan(0);
  });

  test("while what is just allowed is taken", () => {
    expect(refusals("{{a}}".repeat(MOST_TAGS))).toEqual([]);
    expect(refusals("{{#if a}}{{/if}}".repeat(MOST_BLOCKS))).toEqual([]);
    expect(refusals("{{#if a}}".repeat(8) + "{{/if}}".repeat(8))).toEqual([]);
    expect(refusals("x".repeat(LARGEST_TEMPLATE))).toEqual([]);
  });
});

describe("what costs too much with an event ends, and a plain message stands in", () => {
  test.each([
    ["five loops in one another", loop("x", 5), "1000 steps"],
    ["five loops that show nothing", loop("{{#if ../x}}{{/if}}", 5), "1000 steps"],
    ["60,000 turns", "{{#each rows}}x{{/each}}", "1000 steps"],
    ["40,000 keys", "{{#each keys}}x{{/each}}", "1000 steps"],
    ["a text that multiplies", loop("x".repeat(3_000), 3), "65536 bytes"],
    ["a value that multiplies", loop("{{@root.texts.[0]}}", 1), "more than"],
    [
      "every text of a megabyte",
      "{{#each texts}}{{#if this}}{{/if}}{{/each}}",
      "131072 characters",
    ],
    ["what looks like secrets", "{{#each secrets}}{{this}}{{/each}}", "1000 steps"],
    ["all of it as JSON", "{{#if (json @root)}}{{/if}}", "more than"],
    ["all of it as a value", { all: "{{event}}" }, "more than"],
    ["much of it as JSON, often", loop("{{#if (json @root.task)}}{{/if}}", 1), "more than"],
    ["long paths, often", loop(`{{@root.nested${".a".repeat(12)}.b}}`, 2), "1000 steps"],
    ["dates, often", loop("{{#if (date @root.started)}}{{/if}}", 2), "1000 steps"],
    ["cuts, often", loop("{{#if (truncate @root.title 9)}}{{/if}}", 2), "1000 steps"],
    [
      "a long text in capitals, often",
      loop("{{#if (upper @root.texts.[0])}}{{/if}}", 1),
      "characters",
    ],
  ])("%s", (_what, template, why) => {
    const { body, note } = messageOf(template, event);
    expect(note).toMatch(
      /^sent as a plain message, since the template can't be filled for this event: /,
    );
    expect(note).toContain(why);
    expect(JSON.stringify(body)).toMatch(/^(?:\{"text":)?"Status: failed \|/);
  });

  test("what quotes make longer on the wire", () => {
    const quotes = { ...event, text: '"'.repeat(15_000) };
    const template = { a: "{{text}}", b: "{{text}}", c: "{{text}}", d: "{{text}}" };
    expect(messageOf(template, quotes).note).toContain("65536 bytes");
  });
});

describe("nothing but own data can be reached", () => {
  test.each([
    "{{constructor}}{{__proto__}}{{toString}}{{hasOwnProperty}}{{valueOf}}",
    "{{constructor.constructor}}{{title.constructor.name}}{{facts.map}}{{facts.constructor}}",
    "{{#with title}}{{constructor}}{{length}}{{/with}}{{#with facts}}{{push}}{{/with}}",
    "{{#with constructor}}in{{/with}}{{#each __proto__}}in{{/each}}{{#if toString}}in{{/if}}",
    "{{@root.constructor}}{{@key.constructor}}{{[__proto__].polluted}}{{this.[constructor]}}",
  ])("%s", (template) => {
    expect(filled(template, event, "text/plain")).toBe("");
  });

  test("and own fields with such names are data like any other", () => {
    const text = '{"event_type":"made","status":"x","__proto__":{"a":1},"constructor":"c"}';
    const made = JSON.parse(text) as { event_type: string; status: string };
    expect(filled("{{__proto__.a}}{{constructor}}", made, "text/plain")).toBe("1c");
  });

  test("no function in the data is called", () => {
    let called = false;
    const call = (): string => {
      called = true;
      return "called";
    };
    const plain = notificationFrom(event);
    const made = { ...event, call, holder: { call, toJSON: call, toString: call } };
    const given = { ...plain, source: { ...plain.source, event: made } };
    const template =
      "{{call}}{{upper call}}{{json call}}{{#with call}}in{{/with}}{{#each call}}in{{/each}}{{holder.call}}{{json holder}}{{eq call 1}}";
    expect(filled(template, given, "text/plain")).toMatch(/^null/);
    expect(filled({ a: "{{call}}", b: "{{holder}}" }, given)).toBeDefined();
    expect(called).toBe(false);
  });

  test("and a tree of the parser's own is only data", () => {
    const tree = {
      type: "Program",
      body: [{ type: "NumberLiteral", value: "alert(1)", path: { parts: ["{{status}}"] } }],
    };
    expect(filled(tree)).toEqual({
      type: "Program",
      body: [{ type: "NumberLiteral", value: "alert(1)", path: { parts: ["failed"] } }],
    });
  });
});
