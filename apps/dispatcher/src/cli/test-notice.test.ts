import { expect, test } from "vitest";
import { byPath, status } from "../testing/answering.ts";
import { commandLine } from "../testing/command-line.ts";
import { LOOPBACK } from "../testing/config-file.ts";
import { startReceiver } from "../testing/receiver.ts";
import { TOKEN, startRunning } from "../testing/running-dispatcher.ts";

/** A dispatcher with a destination that takes what it is sent and one that does not, and a shell beside it. */
async function shell() {
  const receiver = await startReceiver(byPath({ bad: status(500) }));
  const { url } = await startRunning({
    config: `${LOOPBACK}destinations:
  - { id: ops, channel: http, config: { url: "${receiver.url}/good" } }
  - { id: broken, channel: http, config: { url: "${receiver.url}/bad" } }
`,
  });
  const env = { PORT: new URL(url).port, SYNCBELL_ADMIN_TOKEN: TOKEN };
  const run = (...words: readonly string[]) => commandLine(["test", ...words], env);
  return { receiver, run };
}

test("a test notice is sent through the dispatcher, marked as one", async () => {
  const { receiver, run } = await shell();
  expect(await run("ops")).toEqual({
    code: 0,
    stdout: "ops: the test notice arrived (status 200)\n",
    stderr: "",
  });
  expect(receiver.at("/good").map(({ headers }) => headers["syncbell-test"])).toEqual(["true"]);
  const { stdout } = await run("ops", "--json");
  expect(JSON.parse(stdout)).toMatchObject({ destination_id: "ops", state: "delivered" });
});

test("one that does not arrive ends with 1, and says why", async () => {
  const { run } = await shell();
  const { code, stdout } = await run("broken");
  expect(code).toBe(1);
  expect(stdout).toMatch(/^broken: not delivered: retry \(status 500, .+\)\n$/);
});

test("what there is no destination for, or nobody to ask, is told", async () => {
  const { run } = await shell();
  const unknown = await run("nobody");
  expect(unknown).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^syncbell test: 404: /),
  });
  expect(await run()).toMatchObject({ code: 2, stderr: expect.stringMatching(/the ID of a dest/) });
  const alone = await run("ops", "--to", "http://127.0.0.1:9");
  expect(alone).toMatchObject({ code: 1, stderr: expect.stringMatching(/no dispatcher answers/) });
});
