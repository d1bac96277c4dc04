import { describeChannel } from "@syncbell/channel-kit";
import { channel } from "./index.ts";

// Every promise of a channel, proved against a real receiver. What your service says in words of its own
// goes under `answers.words`.
describeChannel(channel, {
  config: (url) => ({ url }),
  refused: [
    { config: {}, path: "url" },
    { config: { url: "ftp://example.com/" }, path: "url" },
    { config: { url: "https://example.com/", uri: "https://example.com/" }, path: "" },
  ],
  answers: { success: { status: 200, body: "ok" } },
  golden: new URL("../golden/", import.meta.url),
});
