import { Webhook } from "standardwebhooks";
import { describe, expect, onTestFinished, test } from "vitest";
import { startInbox } from "./inbox.ts";

const SECRET = `whsec_${Buffer.alloc(32, 42).toString("base64")}`;
const HOSTILE = `"><img src=x onerror=alert(1)><script>alert(2)</script>'&amp;`;
const ESCAPED =
  "&quot;&gt;&lt;img src=x onerror=alert(1)&gt;&lt;script&gt;alert(2)&lt;/script&gt;&#39;";

async function inbox() {
  const started = await startInbox(SECRET);
  onTestFinished(() => started.stop());
  const { url } = started;
  const send = (path: string, body: string | Uint8Array, headers: Record<string, string> = {}) =>
    fetch(url + path, { method: "POST", body: Buffer.from(body), headers });
  const signed = (body: string, id = "dlv_1"): Record<string, string> => {
    const now = new Date();
    return {
      "content-type": "application/json",
      "webhook-id": id,
      "webhook-timestamp": String(Math.floor(now.getTime() / 1000)),
      "webhook-signature": new Webhook(SECRET).sign(id, now, body),
    };
  };
  const pages = async (): Promise<readonly string[]> =>
    Promise.all(["/", "/messages"].map(async (path) => (await fetch(url + path)).text()));
  return { url, send, signed, pages };
}

const slack = (text: string): string => JSON.stringify({ text });

test("an empty inbox says so", async () => {
  const { pages } = await inbox();
  for (const page of await pages()) expect(page).toContain("Nothing yet.");
});

test("what came is shown by receiver, the newest first, as Slack would show it", async () => {
  const { send, pages } = await inbox();
  await send("/slack/data-team", slack("first &amp;amp; &lt;b&gt;"));
  await send("/slack/data-team", slack("second"));
  await send("/slack/on-call", slack("third"));
  const [page = ""] = await pages();
  expect(page).toContain("# data-team <small>Slack · 2</small>");
  expect(page).toContain("# on-call <small>Slack · 1</small>");
  expect(page).toContain("first &amp;amp; &lt;b&gt;");
  expect(page.indexOf("second")).toBeLessThan(page.indexOf("first &amp;"));
});

describe("a signed request", () => {
  const body = '{"event_type":"x","n":9007199254740993}';
  const fits = '<span class="good">signature fits</span>';
  const doesNot = '<span class="bad">signature does not fit</span>';

  test("is taken, and shown with its signature and its bytes", async () => {
    const { send, signed, pages } = await inbox();
    expect((await send("/http/warehouse", body, signed(body))).status).toBe(204);
    const [page = ""] = await pages();
    expect(page).toContain("POST /warehouse <small>HTTP receiver · 1</small>");
    expect(page).toContain(`${fits} · 39 bytes`);
    expect(page).toContain("<dt>webhook-id</dt><dd>dlv_1</dd>");
    expect(page).toContain(
      "<pre>{&quot;event_type&quot;:&quot;x&quot;,&quot;n&quot;:9007199254740993}</pre>",
    );
  });

  test.each([
    ["changed on the way", (headers: Record<string, string>) => headers, `${body} `],
    [
      "under another id",
      (headers: Record<string, string>) => ({ ...headers, "webhook-id": "dlv_2" }),
      body,
    ],
    [
      "of an hour ago",
      (headers: Record<string, string>) => ({ ...headers, "webhook-timestamp": "1700000000" }),
      body,
    ],
    ["without its signature", () => ({ "content-type": "application/json" }), body],
  ])("that is %s is refused, and shown as such", async (_, change, sent) => {
    const { send, signed, pages } = await inbox();
    expect((await send("/http/warehouse", sent, change(signed(body)))).status).toBe(401);
    for (const page of await pages()) {
      expect(page).toContain(doesNot);
      expect(page).not.toContain(fits);
    }
  });
});

describe("what is hostile", () => {
  test("is shown as text wherever it stands: in a message, a body, a header, a name", async () => {
    const { send, signed, pages } = await inbox();
    const name = encodeURIComponent(HOSTILE);
    await send(`/slack/${name}`, slack(HOSTILE));
    const body = JSON.stringify({ text: HOSTILE });
    await send(`/http/${name}`, body, { ...signed(body, "a"), "webhook-signature": HOSTILE });
    for (const page of await pages()) {
      expect(page.split(ESCAPED).length).toBeGreaterThanOrEqual(4);
      expect(page).not.toContain("<img");
      expect(page).not.toContain("<script>");
      expect(page.match(/<script[^>]*>/g) ?? []).toEqual(
        page.startsWith("<!doctype") ? ['<script src="/inbox.js" defer>'] : [],
      );
    }
  });

  test("could run nothing if it were not: every answer forbids it", async () => {
    const { url } = await inbox();
    for (const path of ["/", "/messages", "/inbox.js", "/inbox.css"]) {
      const { headers, status } = await fetch(url + path);
      expect(status).toBe(200);
      expect(headers.get("content-security-policy")).toBe(
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'",
      );
      expect(headers.get("x-content-type-options")).toBe("nosniff");
    }
  });

  test.each([
    ["no JSON", "hello"],
    ["no text in it", '{"blocks":[]}'],
    ["a text that is none", '{"text":5}'],
    ["null", "null"],
    ["nothing", ""],
  ])("is refused as Slack would: %s", async (_, body) => {
    const { send, pages } = await inbox();
    const answer = await send("/slack/data-team", body);
    expect([answer.status, await answer.text()]).toEqual([400, "invalid_payload"]);
    for (const page of await pages()) expect(page).toContain("Nothing yet.");
  });

  test("does not fill the memory: the last 200 messages are kept", async () => {
    const { send, pages } = await inbox();
    for (let n = 1; n <= 205; n++) await send("/slack/data-team", slack(`message ${n}.`));
    const [page = ""] = await pages();
    expect(page).toContain("Slack · 200");
    expect(page).toContain("message 205.");
    expect(page).not.toContain("message 5.");
  });
});
