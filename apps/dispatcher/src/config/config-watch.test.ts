import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { writeConfig } from "../testing/config-file.ts";
import { temporaryFolder } from "../testing/folder.ts";
import { startSteps } from "../testing/config-steps.ts";

const one = "destinations: [{ id: one, channel: slack, config: { url: https://example.com/1 } }]\n";
const two = one.replaceAll("one", "two");
const keyed = (path: string): string =>
  `destinations: [{ id: k, channel: slack, config: { url: { file: ${path} } } }]\n`;

describe("a change of the config file", () => {
  test("is taken when two looks have found the same", async () => {
    const { write, look, applied } = await startSteps(one);
    write(two);
    expect(await look()).toEqual([]);
    expect(await look()).toEqual(["the config was changed"]);
    expect(applied()).toEqual(["two"]);
    expect([await look(), await look()]).toEqual([[], []]);
  });

  test("is not taken while it is being written, also where a part of it is a config", async () => {
    const { write, look, applied } = await startSteps(one);
    let text = "destinations:\n";
    for (const id of ["a", "b", "c", "d"]) {
      text += `  - { id: ${id}, channel: slack, config: { url: https://example.com/1 } }\n`;
      write(text);
      expect(await look()).toEqual([]);
    }
    expect(await look()).toEqual(["the config was changed"]);
    expect(applied()).toEqual(["a,b,c,d"]);
  });

  test("that comes to the same is applied without a word of it", async () => {
    const { write, look, lines } = await startSteps(one);
    write(`# a comment\n${one}`);
    await look();
    expect(await look()).toEqual(["the config is unchanged in effect"]);
    expect(lines().map(({ level }) => level)).toEqual(["debug"]);
    write(one);
    expect([...(await look()), ...(await look())]).toEqual(["the config is unchanged in effect"]);
  });

  test("that does not last is none", async () => {
    const { write, look, applied } = await startSteps(one);
    write(two);
    await look();
    write(one);
    expect([await look(), await look(), await look()]).toEqual([[], [], []]);
    expect(applied()).toEqual([]);
  });

  test("with mistakes is refused once, each mistake with its place, and no secret", async () => {
    const { write, look, lines, applied, file } = await startSteps(one);
    write(
      "destinations:\n  - { id: x, channel: slak, config: { url: s3cret } }\nretention: ever\n",
    );
    await look();
    expect(await look()).toEqual(["the config was refused: the old one stays"]);
    expect(lines()[0]).toMatchObject({
      level: "error",
      problems: [
        `${file}:2:23: there is no channel "slak"; there are: http, slack, teams, template`,
        `${file}:3:12: "retention" must be a duration like 30s, 10m, 6h or 5d`,
      ],
    });
    expect(JSON.stringify(lines())).not.toContain("s3cret");
    expect([await look(), await look()]).toEqual([[], []]);
    write(one);
    expect([...(await look()), ...(await look())]).toEqual(["the config is unchanged in effect"]);
    expect(lines()[1]).toMatchObject({ level: "info" });
    expect(applied()).toEqual(["one"]);
  });

  test.each([
    ["empty", ""],
    ["only a comment", "# nothing\n"],
  ])("to a file that is %s is refused", async (_, text) => {
    const { write, look, lines, applied, file } = await startSteps(one);
    write(text);
    await look();
    await look();
    expect(lines()[0]?.["problems"]).toEqual([`${file}:1:1: the file is empty`]);
    expect(applied()).toEqual([]);
  });
});

describe("a config file", () => {
  test("that is gone for a moment changes nothing", async () => {
    const { look, file } = await startSteps(one);
    rmSync(file);
    expect(await look()).toEqual([]);
    writeFileSync(file, one);
    expect([await look(), await look()]).toEqual([[], []]);
  });

  test("that is gone for good is missed once, and taken when it is back", async () => {
    const { look, write, lines, applied, file } = await startSteps(one);
    rmSync(file);
    await look();
    expect(await look()).toEqual(["the config was refused: the old one stays"]);
    expect(lines()[0]?.["problems"]).toEqual([`${file}:1:1: there is no such file`]);
    expect([await look(), await look(), await look()]).toEqual([[], [], []]);
    write(two);
    await look();
    expect(await look()).toEqual(["the config was changed"]);
    expect(applied()).toEqual(["two"]);
  });

  test("that is replaced by a rename, and through links as in a ConfigMap, is followed", async () => {
    const folder = temporaryFolder();
    for (const [name, text] of [
      ["..1", one],
      ["..2", two],
    ] as const) {
      mkdirSync(join(folder, name));
      writeConfig(join(folder, name), text);
    }
    symlinkSync("..1", join(folder, "..data"));
    symlinkSync("..data/syncbell.yaml", join(folder, "syncbell.yaml"));
    const { look, applied } = await startSteps(undefined, folder);
    symlinkSync("..2", join(folder, "..tmp"));
    renameSync(join(folder, "..tmp"), join(folder, "..data"));
    await look();
    await look();
    expect(applied()).toEqual(["two"]);
  });

  test("that was not there at the start is taken when it comes", async () => {
    const { look, write, applied } = await startSteps(undefined, temporaryFolder());
    expect([await look(), await look()]).toEqual([[], []]);
    write(one);
    await look();
    expect(await look()).toEqual(["the config was changed"]);
    expect(applied()).toEqual(["one"]);
  });
});

describe("a file with a secret", () => {
  test("is watched as the config is, and once it is referred to", async () => {
    const folder = temporaryFolder();
    const secret = (text: string): void => writeFileSync(join(folder, "url"), text);
    secret("https://example.com/first");
    const { look, write, lines, applied } = await startSteps(one, folder);
    write(keyed("url"));
    // One look more: what it refers to is looked at twice as well.
    expect([await look(), await look(), await look()].flat()).toEqual(["the config was changed"]);
    secret("https://example.com/second");
    expect([await look(), await look()].flat()).toEqual(["the config was changed"]);
    expect(lines()[1]).toMatchObject({ changed: ["k"], added: [], removed: [] });
    expect(applied()).toEqual(["k", "k"]);
    expect(JSON.stringify(lines())).not.toContain("example");
    write(one);
    expect([await look(), await look(), await look()].flat()).toEqual(["the config was changed"]);
    secret("https://example.com/third");
    expect([await look(), await look(), await look()].flat()).toEqual([]);
  });

  test("that is gone is a mistake of the config, until it is back", async () => {
    const folder = temporaryFolder();
    const path = join(folder, "url");
    writeFileSync(path, "https://example.com/first\n");
    const { look, lines, applied, file } = await startSteps(keyed("url"), folder);
    rmSync(path);
    expect([await look(), await look(), await look()].flat()).toHaveLength(1);
    expect(lines()[0]?.["problems"]).toEqual([
      `${file}:1:56: destination "k": secret file url can't be read (ENOENT)`,
    ]);
    writeFileSync(path, "https://example.com/next\n");
    expect([await look(), await look()].flat()).toEqual(["the config was changed"]);
    expect(applied()).toEqual(["k"]);
  });
});

test("whatever is written, and when: what two looks have found is taken, in order, and nothing else", async () => {
  const texts = { one, two, three: one.replaceAll("one", "three"), bad: "x: 1\n", gone: undefined };
  const names = fc.constantFrom(...(Object.keys(texts) as (keyof typeof texts)[]));
  const property = fc.asyncProperty(fc.array(names, { maxLength: 14 }), async (story) => {
    const { look, write, applied, remove } = await startSteps(one);
    const expected: string[] = [];
    let [handled, seen] = ["one", "one"];
    for (const name of story) {
      const text = texts[name];
      if (text === undefined) remove();
      else write(text);
      await look();
      if (name !== handled && name === seen) {
        handled = name;
        if (name !== "bad" && name !== "gone") expected.push(name);
      }
      seen = name;
    }
    expect(applied()).toEqual(expected);
  });
  await fc.assert(property, { numRuns: 60 });
});
