import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { failedRun } from "../testing/events.ts";
import { filled, filledText, messageOf, refusals } from "../testing/filled.ts";
import { failedDigest } from "../testing/own-events.ts";
import { openJson } from "../testing/open-json.ts";
import { jsonFault } from "./json-syntax.ts";

const JSON_TYPE = "application/json";
const parsed = (...given: Parameters<typeof filledText>): unknown =>
  JSON.parse(filledText(...given));

describe("a text template of JSON", () => {
  test("takes values between quotes as text and elsewhere as JSON", () => {
    const template = `{
      "text": "Run of {{task.name}}: {{sync.exit_code}}",
      "code": {{sync.exit_code}},
      "name": {{task.name}},
      "none": {{task.extractor.variant}}, "missing": {{nothing}},
      "list": {{task.extractor.capabilities}},
      "json": {{json task.schedule.hours}}, "as text": "{{json task.extractor.capabilities}}",
      "facts": [{{#each facts}}{{#unless @first}},{{/unless}}
        { "name": {{label}}, "value": "{{value}}" }{{/each}}]
    }`;
    expect(parsed(template)).toMatchObject({
      text: "Run of tenant-1-tap-salesforce-to-primary: 1",
      code: 1,
      name: "tenant-1-tap-salesforce-to-primary",
      none: null,
      missing: "",
      list: ["properties", "discover", "state"],
      json: 6,
      "as text": '["properties","discover","state"]',
      facts: expect.arrayContaining([{ name: "Tenant", value: "Tenant 1" }]),
    });
    expect(messageOf(template).contentType).toBe(JSON_TYPE);
  });

  test("is not broken by a value, wherever the value stands", () => {
    const piece = fc.constantFrom(
      ...'" \\ \\" } ] , : {{x}} \ud800 a 💥 / <!-- null ","admin":true,"x":"'.split(" "),
      "\n",
      "\u2028",
      "\u0000",
    );
    const words = fc.array(piece, { maxLength: 12 }).map((parts) => parts.join(""));
    fc.assert(
      fc.property(words, words, openJson(), (name, key, value) => {
        const event = { ...failedRun(), name, more: { [key]: value } };
        const template =
          '{"a":"{{name}}","b":{{name}} ,"c":[{{more}}, "{{more}}", {{json more}}, "{{json more}}"]}';
        const body = filledText(template, event, JSON_TYPE);
        const said = name.toWellFormed() === name ? name : expect.any(String);
        const more = JSON.parse(JSON.stringify({ [key]: value })) as unknown;
        const { a, b, c } = JSON.parse(body) as { a: string; b: string; c: unknown[] };
        expect([a, b, c[0], c[2]]).toEqual([said, said, more, more]);
        expect([c[1], c[3]].map((each) => JSON.parse(String(each)) as unknown)).toEqual([
          more,
          more,
        ]);
        expect(body).not.toMatch(/[\u2028\u2029]/);
      }),
      { numRuns: 1_000 },
    );
  });

  test("is taken for JSON where it looks like it, unless its content type says otherwise", () => {
    const event = { ...failedRun(), name: '","admin":"' };
    expect(parsed('{{! note }} { "a": "{{name}}" }', event)).toEqual({ a: '","admin":"' });
    expect(parsed('[{"a":"{{name}}"}]', event)).toEqual([{ a: '","admin":"' }]);
    expect(parsed('{"a":"{{name}}"}', event, "application/vnd.x+json; charset=utf-8")).toEqual({
      a: '","admin":"',
    });
    expect(filled('{"a":"{{name}}"}', event, "text/plain")).toBe('{"a":"","admin":""}');
    expect(messageOf("[{{status}}] {{title}}").contentType).toBe("text/plain; charset=utf-8");
  });

  test.each([
    ['{"a":"{{title}}",}', "1:18"],
    ['{"a":"{{title}}"', "1:17"],
    ['{\n  "a": "{{title}}"\n  "b": 1\n}', "3:3"],
    ['{"a": [{{#each facts}}\n  {{value}}\n{{/each}}] }', "2:3"],
    ['{"a": x{{title}} }', "1:7"],
    ["{{title}}{{title}}", "1:1"],
    ['{"a":\n{{#if title}}\n  1 2\n{{/if}}\n}', "3:5"],
  ])("%j is refused, since it makes no JSON", (template, place) => {
    expect(refusals(template, JSON_TYPE)).toEqual([
      `template has a mistake at ${place}: what it makes is not JSON`,
    ]);
  });

  test("has no value right after a backslash, where it would be read as an escape", () => {
    expect(refusals(String.raw`{"a":"\\{{title}}"}`, JSON_TYPE)).toEqual([
      expect.stringContaining("right after a backslash"),
    ]);
    expect(parsed(String.raw`{"a":"\\\{{status}}"}`, failedRun(), JSON_TYPE)).toEqual({
      a: String.raw`\failed`,
    });
  });

  test("that makes JSON of a digest alone is taken, for there may be nothing else to say", () => {
    const template = '{"first": {{#each items}}{{#if @first}}{{text}}{{/if}}{{/each}} }';
    expect(parsed(template, failedDigest)).toEqual({
      first: expect.stringMatching(/^tenant-1-tap-salesforce-to-primary \(Tenant 1\) failed/),
    });
    expect(messageOf(template).note).toContain("not JSON");
  });

  test("that makes JSON of some events falls back to a plain message for others", () => {
    const template = '{"code": {{#if sync.exit_code}}{{sync.exit_code}}{{/if}} }';
    expect(parsed(template)).toEqual({ code: 1 });
    const { body, note } = messageOf(template, { ...failedRun(), sync: { id: "s" } });
    expect(body).toEqual({ text: expect.stringMatching(/^Status: failed/) });
    expect(note).toMatch(/plain message.*not JSON from 1:58/);
  });
});

describe("jsonFault", () => {
  const document = fc.oneof(
    fc.json(),
    fc
      .array(
        fc.constantFrom(
          ...'{ } [ ] : , "a" "\\u00e9" "\\x" 1 -0.5e+3 01 1. true nul null -'.split(" "),
          " ",
          "\n",
          '"\n"',
          "tru e",
          "\u00a0",
        ),
        { maxLength: 8 },
      )
      .map((parts) => parts.join("")),
  );

  test("knows JSON from what is none as JSON.parse does", () => {
    fc.assert(
      fc.property(document, (text) => {
        let isJson = true;
        try {
          JSON.parse(text);
        } catch {
          isJson = false;
        }
        expect(jsonFault(text) === undefined).toBe(isJson);
      }),
      { numRuns: 5_000 },
    );
  });

  test.each([
    ["", 0],
    ["  ", 2],
    ["{]", 1],
    ["[1,]", 3],
    ['{"a" 1}', 5],
    ["[1] 2", 4],
    ["01", 0],
  ])("finds the fault of %j at %i", (text, index) => {
    expect(jsonFault(text)).toBe(index);
  });
});
