import { describeChannel } from "@syncbell/channel-kit";
import { channel } from "./index.ts";

describeChannel(channel, {
  config: (url) => ({ url, headers: { "x-team-key": "team-key-0123" } }),
  refused: [
    { config: {}, path: "url" },
    { config: { url: "ftp://example.com/" }, path: "url" },
    { config: { url: "https://user:password-1@example.com/" }, path: "url" },
    { config: { url: "https://example.com/", secret: "whsec_tooshort" }, path: "secret" },
    { config: { url: "https://example.com/", headers: { host: "x" } }, path: "headers.host" },
    { config: { url: "https://example.com/", uri: "https://example.com/" }, path: "" },
  ],
  answers: { success: { status: 200, body: "ok" } },
  golden: new URL("../golden/", import.meta.url),
});
