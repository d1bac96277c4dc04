import { describeChannel } from "@syncbell/channel-kit";
import { channel } from "./index.ts";

for (const format of ["line", "blocks"] as const) {
  describeChannel(channel, {
    config: (url) => ({ url, format }),
    refused: [
      { config: {}, path: "url" },
      { config: { url: "ftp://example.com/" }, path: "url" },
      { config: { url: "https://example.com/", format: "poem" }, path: "format" },
      {
        config: { url: "https://example.com/", mention: { users: ["me"] } },
        path: "mention.users.0",
      },
      { config: { url: "https://example.com/", channel: "#general" }, path: "" },
    ],
    answers: {
      success: { status: 200, body: "ok" },
      words: [
        { status: 404, body: "no_service", outcome: "gone" },
        { status: 410, body: "channel_is_archived", outcome: "gone" },
        { status: 200, body: "no_service", outcome: "gone" },
        { status: 403, body: "action_prohibited", outcome: "unauthorized" },
        { status: 400, body: "invalid_payload", outcome: "rejected" },
        { status: 200, body: "invalid_payload", outcome: "rejected" },
        { status: 429, body: "rate_limited", outcome: "retry" },
        { status: 500, body: "rollup_error", outcome: "retry" },
      ],
    },
    golden: new URL(`../golden/${format}/`, import.meta.url),
  });
}
