import { writeFileSync } from "node:fs";
import { StoreUnavailable } from "@syncbell/engine";
import { describe, expect, test } from "vitest";
import { startSteps } from "../testing/config-steps.ts";
import { temporaryFolder } from "../testing/folder.ts";
import { channelSource, installPlugin } from "../testing/plugin-package.ts";
import { until } from "../testing/until.ts";

const destination = (id: string): string =>
  `destinations: [{ id: ${id}, channel: slack, config: { url: https://example.com/1 } }]\n`;
const [one, two, three] = ["one", "two", "three"].map(destination) as [string, string, string];

const FAILED = "the config could not be put in effect: the old one stays, it is tried again";

/** A store that does not take a config, until it does. */
function moody() {
  const mood = { isDown: true, reason: "the disk is full" };
  const apply = (): Promise<void> =>
    mood.isDown ? Promise.reject(new StoreUnavailable(mood.reason)) : Promise.resolve();
  return { mood, apply };
}

describe("a config that can't be put in effect", () => {
  test("is tried again with each look, said once, and taken in the end", async () => {
    const { mood, apply } = moody();
    const { write, look, lines, applied } = await startSteps(one, temporaryFolder(), apply);
    write(two);
    await look();
    expect(await look()).toEqual([FAILED]);
    expect(lines()[0]).toMatchObject({ level: "error", err: { message: "the disk is full" } });
    expect([await look(), await look()]).toEqual([[], []]);
    mood.isDown = false;
    expect(await look()).toEqual(["the config was changed"]);
    expect(lines()[1]).toMatchObject({ added: ["two"], removed: ["one"] });
    expect(applied()).toEqual(["two"]);
    expect([await look(), await look()]).toEqual([[], []]);
    mood.isDown = true;
    write(three);
    await look();
    expect(await look()).toEqual([FAILED]);
  });

  test("gives way to the old one when that is back, which is put in effect anew", async () => {
    const { mood, apply } = moody();
    const { write, look, lines, applied } = await startSteps(one, temporaryFolder(), apply);
    write(two);
    await look();
    await look();
    write(one);
    mood.isDown = false;
    await look();
    expect(await look()).toEqual(["the config is unchanged in effect"]);
    // Who was told that it failed is told that it works again.
    expect(lines()[1]).toMatchObject({ level: "info" });
    expect(applied()).toEqual(["one"]);
  });

  test("for another reason than before is said again, and so it is where somebody asks", async () => {
    const { mood, apply } = moody();
    const { watch, write, look, lines } = await startSteps(one, temporaryFolder(), apply);
    write(two);
    expect([await look(), await look(), await look()].flat()).toEqual([FAILED]);
    mood.reason = "the database is corrupt";
    expect([await look(), await look()].flat()).toEqual([FAILED]);
    watch.lookNow();
    expect([await look(), await look(), await look()].flat()).toEqual([FAILED]);
    const reasons = lines().map(({ err }) => err.message);
    expect(reasons).toEqual(["the disk is full", mood.reason, mood.reason]);
  });
});

describe("when it is asked for", () => {
  test("a config is taken as it is found, and nothing is said twice", async () => {
    const { watch, write, look, applied } = await startSteps(one);
    await look();
    write(two);
    watch.lookNow();
    // This look was under way already.
    expect(await look()).toEqual([]);
    write(three);
    expect(await look()).toEqual(["the config was changed"]);
    expect(applied()).toEqual(["three"]);
    expect(await look()).toEqual([]);
  });

  test("a config that has not changed is not put in effect again, but an answer is given", async () => {
    const { watch, look, applied } = await startSteps(one);
    await look();
    watch.lookNow();
    expect([await look(), await look()]).toEqual([[], ["the config has not changed"]]);
    expect(applied()).toEqual([]);
  });

  test("one with mistakes is read again: what was missing may be there", async () => {
    const folder = temporaryFolder();
    const { watch, write, look, lines, applied } = await startSteps(one, folder);
    write(`plugins: [pager]\n${two}`);
    expect([await look(), await look()].flat()).toHaveLength(1);
    expect(lines()[0]?.["problems"]).toEqual([
      expect.stringContaining(":1:11: plugin pager is not installed: npm install pager"),
    ]);
    installPlugin(folder, "pager", channelSource("pager"));
    expect([await look(), await look()].flat()).toEqual([]);
    watch.lookNow();
    expect([await look(), await look()].flat()).toEqual(["the config was changed"]);
    expect(lines()[1]).toMatchObject({ settings: ["plugins"] });
    expect(applied()).toEqual(["two"]);
    write(two);
    expect([await look(), await look()].flat()).toEqual([
      "the config was changed",
      "plugins that are no longer named stay loaded until the next start",
    ]);
    expect(lines()[3]).toMatchObject({ level: "warn", plugins: ["pager"] });
  });
});

describe("edits that follow each other", () => {
  test("are taken in their order, one at a time, and the last one stays", async () => {
    const gate = Promise.withResolvers<void>();
    let underWay = 0;
    const apply = async (): Promise<void> => {
      underWay++;
      await gate.promise;
    };
    const { write, look, applied } = await startSteps(one, temporaryFolder(), apply);
    write(two);
    await look();
    const taking = look();
    await until(() => underWay === 1);
    write(three);
    expect([underWay, applied()]).toEqual([1, []]);
    gate.resolve();
    await taking;
    await look();
    await look();
    expect(applied()).toEqual(["two", "three"]);
  });

  test("are not taken any more after a stop, which waits for the one that is under way", async () => {
    const gate = Promise.withResolvers<void>();
    let underWay = 0;
    const apply = async (): Promise<void> => {
      underWay++;
      await gate.promise;
    };
    const { watch, write, look, applied, file } = await startSteps(one, temporaryFolder(), apply);
    write(two);
    await look();
    void look();
    await until(() => underWay === 1);
    let isOver = false;
    const stopped = watch.stop().then(() => (isOver = true));
    writeFileSync(file, three);
    await new Promise((resolve) => void setImmediate(resolve));
    expect(isOver).toBe(false);
    gate.resolve();
    await stopped;
    expect([applied(), underWay]).toEqual([["two"], 1]);
  });
});

test("a channel that throws while its config is read keeps the old one, and is said once", async () => {
  const folder = temporaryFolder();
  const source = channelSource("thrower").replace(
    "z.strictObject({ url: z.string(), token: secret(z.string()) })",
    'z.looseObject({}).transform(() => { throw new Error("no") })',
  );
  installPlugin(folder, "thrower", source);
  const { write, look, applied, file } = await startSteps(one, folder);
  write("plugins: [thrower]\ndestinations: [{ id: x, channel: thrower }]\n");
  expect([await look(), await look(), await look(), await look()].flat()).toEqual([
    "the config could not be read: the old one stays",
  ]);
  writeFileSync(file, two);
  expect([await look(), await look()].flat()).toEqual(["the config was changed"]);
  expect(applied()).toEqual(["two"]);
});
