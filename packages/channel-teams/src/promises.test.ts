import { describeChannel } from "@syncbell/channel-kit";
import { channel } from "./index.ts";

describeChannel(channel, {
  config: (url) => ({ mode: "workflow", url }),
  refused: [
    { config: { mode: "workflow" }, path: "url" },
    { config: { mode: "workflow", url: "ftp://example.com/" }, path: "url" },
    {
      config: { mode: "workflow", url: "https://acme.webhook.office.com/webhookb2/x" },
      path: "url",
    },
    { config: { mode: "bot", app_id: "x" }, path: "app_id" },
    { config: { mode: "pigeon" }, path: "mode" },
  ],
  answers: {
    success: { status: 202, body: "" },
  },
  golden: new URL("../golden/workflow/", import.meta.url),
});
