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
