import { describe, expect, test } from "vitest";
import { filled, refusals } from "../testing/filled.ts";

describe("what a template may not say is refused with its place", () => {
  test.each([
    ["x {{> header}}", "1:3", "partials and decorators"],
    ["{{#> layout}}{{/layout}}", "1:1", "partials and decorators"],
    ['{{#*inline "a"}}{{/inline}}', "1:1", "partials and decorators"],
    ["{{* log}}", "1:1", "partials and decorators"],
    ["a\nb {{{title}}}", "2:3", 'write "{{…}}"'],
    ["{{~{title}~}}", "1:1", 'write "{{…}}"'],
    ["{{&title}}", "1:1", 'write "{{…}}"'],
    ["{{{{raw}}}}{{{{/raw}}}}", "1:1", 'write "{{…}}"'],
    ["{{lookup . 'constructor'}}", "1:1", 'no helper "lookup"'],
    ["{{log title}}", "1:1", 'no helper "log"'],
    ["{{helperMissing 1}}", "1:1", 'no helper "helperMissing"'],
    ["{{constructor title}}", "1:1", 'no helper "constructor"'],
    ["{{upper (lookup this 'a')}}", "1:9", 'no helper "lookup"'],
    ["{{this.upper title}}", "1:1", 'no helper "this.upper"'],
    ["{{#facts}}{{/facts}}", "1:1", "no block {{#facts}}"],
    ["{{#blockHelperMissing x}}{{/blockHelperMissing}}", "1:1", "no block"],
    ["{{^facts}}{{/facts}}", "1:1", "no block {{#facts}}"],
    ["{{#if}}{{/if}}", "1:1", "{{#if}} takes one value"],
    ["{{#if a b}}{{/if}}", "1:1", "{{#if}} takes one value"],
    ["{{#if a includeZero=true}}{{/if}}", "1:1", "{{#if}} takes one value"],
    ["{{#with a as |b c|}}{{/with}}", "1:1", "{{#with}} gives fewer names"],
    ["{{#each a as |b c d|}}{{/each}}", "1:1", "{{#each}} gives fewer names"],
    ["{{upper}} {{upper title line}}", "1:11", "is written {{upper value}}"],
    ["{{truncate title}}", "1:1", "is written {{truncate value length}}"],
    ["{{upper title size=1}}", "1:1", "no named values"],
    ["{{'title'}}", "1:1", "must start with the name of a field"],
    ["{{5}}", "1:1", "must start with the name of a field"],
    ["{{@level}}", "1:3", 'no "@level"'],
    [`{{${"a.".repeat(16)}a}}`, "1:3", "16 steps"],
  ])("%j", (template, place, why) => {
    const [refusal, ...others] = refusals({ list: ["fine", { text: template }] });
    expect(refusal).toMatch(/^template\.list\.1\.text has a mistake at /);
    expect(refusal).toContain(` at ${place}: `);
    expect(refusal).toContain(why);
    expect(others).toEqual([]);
  });
});

describe("a mistake is refused with its place", () => {
  test.each([
    ["{{title", "1:1", "not closed"],
    ["a\n\n  {{", "3:3", "not closed"],
    ['{{truncate "a 1}}', "1:1", "not closed"],
    ["{{#if a}}x", "1:1", "{{#if}} is not closed"],
    ["{{#if a}}{{#each b}}{{/each}}", "1:1", "{{#if}} is not closed"],
    ["{{#if a}}\n{{/with}}", "2:1", "closes {{#if}}"],
    ["x{{/if}}", "1:2", "closes nothing"],
    ["x{{else}}", "1:2", "stands outside a block"],
    ["x{{^}}", "1:2", "stands outside a block"],
    ["a {{}}", "1:3", "not a tag of Handlebars"],
    ["{{title}} {{a b=}}", "1:11", "not a tag of Handlebars"],
    ["{{#if a}}{{b=c}}{{/if}}", "1:10", "not a tag of Handlebars"],
    ["{{a/../b}}", "1:1", "not a tag of Handlebars"],
    ["{{#if a}}{{else}}{{else}}{{/if}}", "1:1", "is not Handlebars"],
    ['{"a":{{title}}}', "1:15", "put a space"],
  ])("%j", (template, place, why) => {
    const [refusal, ...others] = refusals(template);
    expect(refusal).toContain(` at ${place}: `);
    expect(refusal).toContain(why);
    expect(others).toEqual([]);
  });
});

test("every leaf that has a mistake is named, and each mistake in it", () => {
  expect(refusals({ a: "{{x", b: ["{{log 1}} {{> p}}", "{{lookup 1}}\n{{log 1}}"] })).toEqual([
    expect.stringMatching(/^template\.a has a mistake at 1:1/),
    expect.stringMatching(/^template\.b\.0 has a mistake at 1:11: partials/),
    expect.stringMatching(/^template\.b\.1 has a mistake at 1:1: .*lookup/),
    expect.stringMatching(/^template\.b\.1 has a mistake at 2:1: .*log/),
  ]);
});

test.each([
  ["{{!-- {{lookup}} {{{a}}} --}}{{! don't }}x", "x"],
  [String.raw`\{{lookup a}} and \\{{status}}`, String.raw`{{lookup a}} and \failed`],
  ["{{#if a}}b{{else if status}}{{status}}{{else}}d{{/if}}", "failed"],
  ["{{#unless a}}x{{/unless}}{{^if a}}y{{/if}}", "xy"],
  ["{{~status~}}  !", "failed!"],
  ['{{default [a b].c "}} {{"}}', "}} {{"],
])("%j is allowed", (template, made) => {
  expect(filled(template)).toBe(made);
});
