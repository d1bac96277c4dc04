import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { startReceiver } from "@syncbell/channel-kit";
import { expect, test } from "vitest";
import { botConfig } from "./testing/bot.ts";

/** Imports the package, sends by a workflow, opens a bot; says after each how much of botbuilder is loaded. */
const PROGRAM = `
  import { createRequire } from "node:module";
  import { channel } from "./index.ts";
  import { exampleNotification } from "./testing/events.ts";
  import { attempt, testHost } from "./testing/host.ts";
  const { cache } = createRequire(import.meta.url);
  const loaded = () => Object.keys(cache).filter((file) => /bot(builder|framework)|@azure/.test(file)).length;
  const counts = [loaded()];
  const config = channel.config.parse({ mode: "workflow", url: process.argv[1] });
  const connection = await channel.connect(config, testHost());
  const message = channel.render(exampleNotification("success"), config);
  const { kind } = await connection.send(message, attempt());
  counts.push(loaded());
  await channel.connect(channel.config.parse(JSON.parse(process.argv[2])), testHost());
  counts.push(loaded());
  console.log(JSON.stringify({ kind, counts }));
`;

test("botbuilder is loaded when a bot is opened, and not before", async () => {
  const receiver = await startReceiver();
  const given = [
    "--input-type=module-typescript",
    "-e",
    PROGRAM,
    receiver.url,
    JSON.stringify(botConfig),
  ];
  const { stdout } = await promisify(execFile)(process.execPath, given, {
    cwd: import.meta.dirname,
  });
  await receiver.close();
  const { kind, counts } = JSON.parse(stdout);
  expect(kind).toBe("delivered");
  expect(counts.slice(0, 2)).toEqual([0, 0]);
  expect(counts[2]).toBeGreaterThan(100);
});
