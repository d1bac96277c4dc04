import { secretsIn } from "@syncbell/core";
import { describe, expect, test } from "vitest";
import { isKnownWorkflowHost } from "./config.ts";
import { channel } from "./index.ts";
import { botConfig } from "./testing/bot.ts";
import { testHost } from "./testing/host.ts";

const FLOW = "/powerautomate/automations/direct/workflows/f00/triggers/manual/paths/invoke";
const QUERY = "?api-version=1&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=s1gnature-s1gnature";

/** The dotted paths that a config is refused for. */
function refusedPaths(config: unknown): readonly string[] {
  const parsed = channel.config.safeParse(config);
  return parsed.success ? [] : parsed.error.issues.map(({ path }) => path.join("."));
}

/** The lines that are logged when a workflow's URL is taken and opened. */
async function warningsFor(url: string): Promise<readonly string[]> {
  const host = testHost();
  await channel.connect(channel.config.parse({ mode: "workflow", url }), host);
  return host.lines.map((line) => JSON.stringify(line));
}

describe("the URL of a workflow", () => {
  test.each([
    `https://f00.12.environment.api.powerplatform.com:443${FLOW}${QUERY}`,
    `https://f00.12.environment.api.powerplatform.com${FLOW}${QUERY}`,
    `HTTPS://F00.12.ENVIRONMENT.API.POWERPLATFORM.COM${FLOW}${QUERY}`,
    `https://prod-12.westeurope.logic.azure.com:443/workflows/f00/triggers/manual/paths/invoke${QUERY}`,
    `https://prod-12.usgovvirginia.logic.azure.us/workflows/f00/triggers/manual/paths/invoke${QUERY}`,
    `https://f00.12.environment.api.gov.powerplatform.microsoft.us${FLOW}${QUERY}`,
    `https://f00.12.environment.api.high.powerplatform.microsoft.us${FLOW}${QUERY}`,
    `https://f00.12.environment.api.appsplatform.us${FLOW}${QUERY}`,
  ])("is taken without a word: %s", async (url) => {
    expect(await warningsFor(url)).toEqual([]);
    expect(isKnownWorkflowHost(url)).toBe(true);
  });

  test.each([
    "https://xxx-webhook.office.com/webhookb2/f00",
    "https://webhook.office.com.example.com/webhookb2/f00",
    "https://outlook.office.com/elsewhere",
    "https://relay.example.com/teams",
    "https://logic.azure.com.example.com/workflows/f00",
    "http://127.0.0.1:8080/teams",
  ])("is taken with a warning that does not quote it: %s", async (url) => {
    const warnings = await warningsFor(url);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(/not on a host/);
    expect(warnings[0]).not.toContain(new URL(url).hostname);
  });

  test.each([
    "https://contoso.webhook.office.com/webhookb2/f00@t/IncomingWebhook/x/y",
    "https://CONTOSO.Webhook.Office.COM:443/webhookb2/f00",
    "https://contoso.webhook.office.com./webhookb2/f00",
    "https://webhook.office.com/webhookb2/f00",
    "https://outlook.office.com/webhook/f00@t/IncomingWebhook/x/y",
    "https://outlook.office365.com/webhook/f00",
  ])("of a retired connector is refused with the way out: %s", (url) => {
    const { error } = channel.config.safeParse({ mode: "workflow", url });
    expect(error?.issues.map(({ path }) => path)).toEqual([["url"]]);
    expect(error?.issues[0]?.message).toMatch(
      /connector, which Microsoft has retired: in Teams, make a workflow/,
    );
    expect(JSON.stringify(error)).not.toContain("f00");
  });

  test.each([
    "",
    "ftp://a.example/",
    "//a.example/",
    "https://ana:hunter22@a.example/",
    "a.example",
  ])("is refused: %j", (url) => expect(refusedPaths({ mode: "workflow", url })).toEqual(["url"]));
});

describe("the config of a bot", () => {
  test("is taken with and without a conversation; ids are the same in capitals", () => {
    expect(channel.config.parse(botConfig)).toEqual(botConfig);
    const shouted = {
      ...botConfig,
      app_id: botConfig.app_id.toUpperCase(),
      app_tenant: "CONTOSO.example",
    };
    expect(channel.config.parse(shouted)).toEqual(botConfig);
    const conversation = "19:a_B-c@thread.tacv2;messageid=17";
    expect(channel.config.parse({ ...botConfig, conversation })).toMatchObject({ conversation });
  });

  test.each([
    ["app_id", ["", "not-a-guid", `${botConfig.app_id}0`]],
    ["app_password", [""]],
    ["app_tenant", ["", "a/b", "../x", "a b", "https://login.example"]],
    ["conversation", ["", "a b", "a\n", "é", "x".repeat(501)]],
  ])("is refused for its %s", (field, values) => {
    for (const value of values) {
      expect(refusedPaths({ ...botConfig, [field]: value })).toEqual([field]);
    }
  });
});

describe.each([{ mode: "workflow", url: "https://a.example/" }, botConfig])(
  "a mention in the config of a $mode",
  (config) => {
    const ana = { id: "ana.silva@contoso.com", name: "Ana Silva" };
    const many = (count: number): readonly object[] => Array.from({ length: count }, () => ana);

    test.each([
      "87d349ed-44d7-43e1-9a83-5f2406dee5bd",
      "87D349ED-44D7-43E1-9A83-5F2406DEE5BD",
      "ana@contoso.onmicrosoft.com",
      "ana_fabrikam.com#EXT#@contoso.onmicrosoft.com",
      "o'hara-smith+ops@mail.contoso.com",
    ])("names a user by id: %s", (id) => {
      const mention = { users: [{ id, name: "Ana" }] };
      expect(channel.config.parse({ ...config, mention }).mention).toEqual({
        ...mention,
        on: ["failed"],
      });
    });

    test.each(["Ana", "Ana Silva", "Анна-Мария", "O'Hara, Pat (she)", "svc_alerts", "李 小龍"])(
      "shows a name as people read it: %s",
      (name) => {
        expect(refusedPaths({ ...config, mention: { users: [{ ...ana, name }] } })).toEqual([]);
      },
    );

    test("may have conditions", () => {
      const conditions = {
        on: ["failed", "cancelled"],
        from: 3,
        hours: "22:00-07:00",
        days: ["sat"],
        timezone: "Europe/Berlin",
      };
      const mention = { users: many(20), ...conditions };
      expect(channel.config.parse({ ...config, mention }).mention).toEqual(mention);
    });

    test.each([
      ["", "ana"],
      ["users", { users: [] }],
      ["users", {}],
      ["users", { users: many(21) }],
      ["users.0", { users: ["ana@contoso.com"] }],
      ["users.0", { users: [{ ...ana, mail: "x" }] }],
      ["users.0.name", { users: [{ id: ana.id }] }],
      ...["ana", "29:1a2b", "a b@contoso.com", "ana@", "@b.c", '"@b.c', "a@b.c\n", "<a@b.c>"].map(
        (id): [string, object] => ["users.0.id", { users: [{ ...ana, id }] }],
      ),
      ["users.0.id", { users: [{ ...ana, id: `${"a".repeat(110)}@b.c` }] }],
      ...["", " ", " Ana", "A\nB", "<b>", "A<", "a>", "A&amp;B", "[x](https://evil.example)"].map(
        (name): [string, object] => ["users.0.name", { users: [{ ...ana, name }] }],
      ),
      ...["**A**", "_A_", "`A`", "{{DATE(x)}}", "a\u202eb", "n".repeat(51)].map(
        (name): [string, object] => ["users.0.name", { users: [{ ...ana, name }] }],
      ),
      ["from", { users: [ana], from: 0 }],
      ["hours", { users: [ana], hours: "8-18" }],
      ["on", { users: [ana], on: [] }],
      ["", { users: [ana], channel: true }],
    ])("is refused for its %s: %j", (path, mention) => {
      expect(refusedPaths({ ...config, mention })).toEqual([`mention.${path}`.replace(/\.$/, "")]);
    });
  },
);

test.each([{}, { mode: "webhook" }, { url: "https://a.example/" }])(
  "a mode is needed: %j",
  (config) => {
    expect(refusedPaths(config)).toEqual(["mode"]);
  },
);

test("a field of the other mode is refused", () => {
  expect(refusedPaths({ mode: "workflow", url: "https://a.example/", app_id: "x" })).toEqual([""]);
});

test("the URL and the password are secrets, and nothing else is", () => {
  const url = `https://a.example/?sig=s1gnature`;
  expect(secretsIn(channel.config, { mode: "workflow", url })).toEqual([url]);
  expect(secretsIn(channel.config, botConfig)).toEqual([botConfig.app_password]);
});
