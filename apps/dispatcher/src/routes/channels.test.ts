import { expect, test } from "vitest";
import { temporaryFolder } from "../testing/folder.ts";
import { channelSource, installPlugin } from "../testing/plugin-package.ts";
import { startRunning } from "../testing/running-dispatcher.ts";

test("the channels are listed, those of plugins too, with what their configs look like", async () => {
  const folder = temporaryFolder();
  installPlugin(folder, "pager", channelSource("pager"));
  const { call } = await startRunning({ folder, config: "plugins: [pager]" });
  const { status, body } = await call("GET", "/v1/channels");
  expect(status).toBe(200);
  expect(body.next_cursor).toBeNull();
  expect(
    body.data.map(({ type, title }: { type: string; title: string }) => [type, title]),
  ).toEqual([
    ["http", "HTTP webhook"],
    ["pager", "Pager"],
    ["slack", "Slack"],
    ["teams", "Microsoft Teams"],
    ["template", "HTTP template"],
  ]);
  const [http, pager] = body.data;
  expect(http.version).toBe(1);
  expect(http.config).toMatchObject({
    type: "object",
    properties: {
      url: { type: "string", description: "Where to post to." },
      secret: { type: "string", writeOnly: true },
      format: { enum: ["raw", "standard", "cloudevents"], default: "raw" },
    },
    required: ["url"],
    additionalProperties: false,
  });
  expect(pager.config).toMatchObject({ required: ["url", "token"] });
});

test("they can only be listed", async () => {
  const { call } = await startRunning();
  const { status, headers } = await call("POST", "/v1/channels");
  expect([status, headers.get("allow")]).toEqual([405, "GET, HEAD"]);
  expect(await call("GET", "/v1/channels/http")).toMatchObject({ status: 404 });
});
