import { describeChannel } from "@syncbell/channel-kit";
import { channel } from "./index.ts";

const template = { text: "{{title}}", tenant: "{{tenant.name}}" };

describeChannel(channel, {
  config: (url) => ({ url, template, headers: { "x-team-key": "team-key-0123" } }),
  refused: [
    { config: { template }, path: "url" },
    { config: { url: "ftp://example.com/", template }, path: "url" },
    { config: { url: "https://example.com/", template: { text: "{{#if" } }, path: "template.text" },
    {
      config: { url: "https://example.com/", template, headers: { host: "x" } },
      path: "headers.host",
    },
    { config: { url: "https://example.com/", template, method: "GET" }, path: "method" },
  ],
  answers: { success: { status: 200, body: "ok" } },
  golden: new URL("../golden/template/", import.meta.url),
});

describeChannel(channel, {
  config: (url) => ({ preset: "discord", url }),
  refused: [
    { config: { preset: "discord" }, path: "url" },
    { config: { preset: "discord", url: "ftp://example.com/" }, path: "url" },
    { config: { preset: "pigeon", url: "https://example.com/" }, path: "preset" },
  ],
  answers: {
    success: { status: 204, body: "" },
    words: [{ status: "2xx", outcome: "retry" }],
  },
  golden: new URL("../golden/discord/", import.meta.url),
});
