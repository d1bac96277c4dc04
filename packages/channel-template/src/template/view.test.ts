import { describe, expect, test } from "vitest";
import { failedRun, notificationFrom } from "../testing/events.ts";
import { filled, filledText } from "../testing/filled.ts";
import { failedDigest } from "../testing/own-events.ts";

const failingAgain = notificationFrom(failedRun(), {
  incident: { transition: "failing", failures: 3, seconds: 43_200, since: 0 },
});

describe("of a digest a template sees", () => {
  test("the items, each with its tone, and how many are left", () => {
    const template = { items: "{{items}}", left: "{{items_left}}" };
    const { items, left } = filled(template, failedDigest) as Record<string, readonly unknown[]>;
    expect(items).toHaveLength(10);
    expect(items?.slice(1, 5)).toEqual([
      { tone: "bad", text: "tenant-2-tap-salesforce-to-primary (Tenant 2) failed" },
      { tone: "bad", text: "tenant-3-tap-salesforce-to-primary (Tenant 3) failed" },
      { tone: "bad", text: "tenant-4-tap-salesforce-to-primary (Tenant 1) failed 2 times" },
      {
        tone: "bad",
        text: "tenant-5-tap-salesforce-to-primary (Tenant 2) failed, then succeeded",
      },
    ]);
    expect(left).toBe(30);
  });

  test("them one by one, as text", () => {
    const template =
      "{{title}}:\n{{#each items}}\n{{@index}} {{tone}} {{truncate text 9}}\n{{/each}}\nand {{items_left}} more";
    expect(filledText(template, failedDigest, "text/plain")).toMatch(
      /^12 of 40 pipelines failed .*:\n0 bad tenant-1…\n(?:\d bad tenant-\d…\n){8}9 bad tenant-1…\nand 30 more$/,
    );
  });

  test("them as the README has it, and of a run what it has", () => {
    const template = {
      text: "{{title}}{{#each items}}\n- {{text}}{{/each}}{{#if items_left}}\nand {{items_left}} more{{/if}}",
      again:
        "{{#if (eq incident.transition 'failing')}}{{incident.failures}} times in a row{{/if}}",
    };
    expect(filled(template, failedDigest)).toEqual({
      text: expect.stringMatching(/^12 of 40 .* minutes(?:\n- tenant-.*){10}\nand 30 more$/),
      again: "",
    });
    expect(filled(template, failingAgain)).toEqual({
      text: "tenant-1-tap-salesforce-to-primary failed again, 3 times in a row",
      again: "3 times in a row",
    });
  });

  test("them as they are said: what is secret in them is masked already", () => {
    const items = [{ tone: "bad" as const, text: "token: of the tap failed" }];
    expect(filled(["{{items.[0].text}}"], { ...notificationFrom(failedDigest), items })).toEqual([
      "token: of the tap failed",
    ]);
  });

  test("the digest's own fields", () => {
    const template = ["{{pipelines.failed}}", "{{runs.total}}", "{{status}}", "{{event_type}}"];
    expect(filled(template, failedDigest)).toEqual([12, 45, "failed", "digest"]);
  });
});

describe("of a run a template sees", () => {
  test("how its pipeline stood, where that is known", () => {
    const template = ["{{incident}}", "{{incident.failures}} failures, {{incident.transition}}"];
    expect(filled(template, failingAgain)).toEqual([
      { transition: "failing", failures: 3, seconds: 43_200 },
      "3 failures, failing",
    ]);
  });

  test("null and no items, where there are none", () => {
    const template = ["{{incident}}", "{{items}}", "{{items_left}}"];
    expect(filled(template, failedRun())).toEqual([null, [], 0]);
  });

  test("the event's own fields of these names below `event`", () => {
    const event = { ...failedRun(), items: ["own"], incident: "own" };
    expect(filled(["{{items}}", "{{event.items.[0]}}", "{{event.incident}}"], event)).toEqual([
      [],
      "own",
      "own",
    ]);
  });
});
