import { describe, expect, test } from "vitest";
import { failedRun } from "../testing/events.ts";
import { filled, messageOf, refusals } from "../testing/filled.ts";

const name = `<b onclick='x'>&"\`=\u0000\n€ 😀</b>{{title}}`;
const event = { ...failedRun(), name };

describe("values are escaped for the content type", () => {
  test.each([
    ["text/plain", name],
    ["text/plain; charset=utf-8", name],
    [
      "text/html",
      "&lt;b onclick&#x3D;&#x27;x&#x27;&gt;&amp;&quot;&#x60;&#x3D;\ufffd\n€ 😀&lt;/b&gt;{{title}}",
    ],
    [
      "application/soap+xml",
      "&lt;b onclick&#x3D;&#x27;x&#x27;&gt;&amp;&quot;&#x60;&#x3D;\ufffd\n€ 😀&lt;/b&gt;{{title}}",
    ],
    [
      "application/x-www-form-urlencoded",
      "%3Cb%20onclick%3D'x'%3E%26%22%60%3D%00%0A%E2%82%AC%20%F0%9F%98%80%3C%2Fb%3E%7B%7Btitle%7D%7D",
    ],
  ])("%s", (contentType, escaped) => {
    expect(filled("<i>&{{name}}", event, contentType)).toBe(`<i>&${escaped}`);
    expect(filled("{{json task.extractor.capabilities}}", event, contentType)).not.toBe(
      contentType.startsWith("text/plain") ? "" : '["properties","discover","state"]',
    );
  });

  test("half a character does no harm", () => {
    const broken = { ...event, name: "\ud800x" };
    expect(filled("{{name}}", broken, "text/xml")).toBe("\ufffdx");
    expect(filled("a={{name}}", broken, "application/x-www-form-urlencoded")).toBe("a=%EF%BF%BDx");
  });

  test.each(["text/csv", "application/yaml", "application/octet-stream", "multipart/form-data"])(
    "a text template of %s is refused",
    (contentType) => {
      expect(refusals("a,{{title}}", contentType)).toEqual([
        expect.stringMatching(/^content_type must be JSON, XML, /),
      ]);
    },
  );

  test("a JSON template is JSON, and says so", () => {
    expect(refusals({ a: "{{title}}" }, "text/plain")).toEqual([
      expect.stringMatching(/^content_type must be "application\/json"/),
    ]);
    expect(messageOf({ a: 1 }, event, "application/problem+json").contentType).toBe(
      "application/problem+json",
    );
  });
});

describe("a template that can't be filled for an event falls back to a plain message", () => {
  const rows = Array.from({ length: 90_000 }, (_, index) => index);
  const line = /Status: failed \| Tenant: <b>1 \| .* \| Stopped: 2024-11-11 10:11:19\+00:00/;
  const long = { ...failedRun(), tenant: { id: "t", name: "<b>1" }, rows };
  const template = "{{#each rows}}{{this}}{{/each}}";

  test.each([
    ["text/plain", (body: unknown) => body],
    [
      "text/html",
      (body: unknown) =>
        String(body)
          .replace("&lt;b&gt;", "<b>")
          .replace(/^<p>(.*)<\/p>$/, "$1"),
    ],
    [
      "application/x-www-form-urlencoded",
      (body: unknown) => new URLSearchParams(String(body)).get("text"),
    ],
  ])("as %s", (contentType, read) => {
    const { body, note } = messageOf(template, long, contentType);
    expect(read(body)).toMatch(line);
    expect(note).toBe(
      "sent as a plain message, since the template can't be filled for this event: it takes more than 1000 steps",
    );
  });

  test("as JSON", () => {
    const { body, note } = messageOf({ list: template, other: 1 }, long);
    expect(body).toEqual({ text: expect.stringMatching(line) });
    expect(note).toContain("more than 1000 steps");
  });
});
