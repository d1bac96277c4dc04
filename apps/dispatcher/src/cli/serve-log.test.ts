import { expect, test } from "vitest";
import { LOOPBACK, writeConfig } from "../testing/config-file.ts";
import { postSync } from "../testing/events.ts";
import { temporaryFolder } from "../testing/folder.ts";
import { startReceiver } from "../testing/receiver.ts";
import { TOKEN } from "../testing/syncbell-child.ts";
import { serve } from "../testing/syncbell-process.ts";

const SIGNING = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;
const PASSWORD = "pa55word-of-the-database";

test("every line of the log is JSON, and none holds a secret, a webhook's URL or a token", async () => {
  const receiver = await startReceiver((response, { path, headers }) => {
    const said = `${path} ${headers.authorization ?? ""} http://${headers.host ?? ""}${path}`;
    if (path === "/reset") response.socket?.resetAndDestroy();
    else response.writeHead(path === "/taken" ? 200 : 400).end(said);
  });
  const cwd = temporaryFolder();
  writeConfig(
    cwd,
    `${LOOPBACK}destinations:
  - { id: webhook, channel: slack, config: { url: "${receiver.url}/services/T0/B0/webh00k" } }
  - { id: reset, channel: slack, config: { url: "${receiver.url}/reset" } }
  - { id: taken, channel: http, config: { url: "${receiver.url}/taken", secret: { env: SIGNING } } }
  - id: keyed
    channel: http
    config: { url: "${receiver.url}/in?key=qu3ry-key", headers: { Authorization: { env: AUTH } } }
    when: { sync.termination_message: { $glob: "*denied*" } }
`,
  );
  const env = { SIGNING, AUTH: "Bearer h3ader-token", SYNCBELL_LOG_LEVEL: "trace" };
  const serving = await serve({ cwd, env });
  const message = `denied: postgres://loader:${PASSWORD}@db.example.internal/x`;
  const event = postSync({ status: "failed", started_at: null });
  const posted = event.replace('"sync":{', `"sync":{"termination_message":"${message}",`);
  const { body } = await serving.post(posted, { "idempotency-key": "run-1" });
  for (const { id } of body.deliveries) await serving.attempted(id, 1);
  await serving.post("{}");
  await serving.post("nonsense", { authorization: "Bearer sbat_gu3ss" });
  await serving.call("GET", "/v1/events/%");
  const { code, stdout, stderr } = await serving.end("SIGTERM");
  expect(code).toBe(0);

  const lines = stdout.trimEnd().split("\n");
  for (const line of lines) {
    expect(JSON.parse(line)).toMatchObject({
      level: expect.stringMatching(/^(?:trace|debug|info|warn|error)$/),
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]{12}Z$/),
      msg: expect.any(String),
    });
  }
  const attempts = lines.filter((line) => line.includes('"msg":"attempt"'));
  expect(attempts).toHaveLength(4);
  const key = /whsec_\S+/.exec(stderr)?.[0] ?? "a signing secret is made for keyed, and shown";
  const port = new URL(receiver.url).port;
  const hidden = [
    "webh00k",
    "qu3ry-key",
    "h3ader-token",
    "gu3ss",
    PASSWORD,
    SIGNING,
    key,
    TOKEN,
    port,
  ];
  for (const secret of hidden) expect(stdout).not.toContain(secret);
});
