import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { loadChannels } from "./registry.ts";
import { temporaryFolder } from "./testing/folder.ts";
import { channelSource, installPlugin } from "./testing/plugin-package.ts";

const HANGS = "await new Promise(() => {});";
const AN_HOUR = 3_600_000;
const RESTART = "; when it is repaired, restart Syncbell: it is loaded once";

function folderWith(plugins: Readonly<Record<string, string>>): string {
  const folder = temporaryFolder();
  for (const [name, source] of Object.entries(plugins)) installPlugin(folder, name, source);
  return folder;
}

/** Runs a module of its own in Node, which keeps what it has loaded: a test runner keeps more. */
async function inNode(script: string): Promise<string> {
  const from = JSON.stringify(import.meta.resolve("./registry.ts"));
  const flags = [
    "--input-type=module",
    "--eval",
    `import { loadChannels } from ${from};\n${script}`,
  ];
  const { stdout, stderr } = await promisify(execFile)(process.execPath, flags, {
    timeout: 25_000,
  });
  expect(stderr).toBe("");
  return stdout;
}

/** What is said of a plugin with this source, then of the same, and again when files were written. */
async function saidOf(
  cases: readonly { readonly source: string; readonly repair: Readonly<Record<string, string>> }[],
): Promise<readonly (readonly string[])[]> {
  const folders = cases.map(({ source, repair }) => ({
    home: folderWith({ plugin: source }),
    repair,
  }));
  return JSON.parse(
    await inNode(`import { mkdirSync, writeFileSync } from "node:fs";
      import { dirname, join } from "node:path";
      const said = [];
      for (const { home, repair } of ${JSON.stringify(folders)}) {
        const load = async () => {
          const { problems } = await loadChannels(["plugin"], home);
          return problems[0]?.message.replace("plugin plugin ", "") ?? "loaded";
        };
        const before = [await load(), await load()];
        for (const [name, text] of Object.entries(repair)) {
          const path = join(home, "node_modules", name);
          mkdirSync(dirname(path), { recursive: true });
          writeFileSync(path, text);
        }
        said.push([...before, await load()]);
      }
      console.log(JSON.stringify(said));`),
  );
}

describe("a plugin that does not load", () => {
  test("is a problem in its place when its time is over, and holds back no other", async () => {
    const folder = folderWith({ hangs: HANGS, pager: channelSource("pager") });
    const plugins = ["hangs", "pager", "hangs"];
    const { channels, problems } = await loadChannels(plugins, folder, { deadlineMs: 250 });
    expect(problems).toEqual(
      [0, 2].map((index) => ({ index, message: "plugin hangs did not load within 0.25 s" })),
    );
    expect(channels.has("pager")).toBe(true);
    const later = await loadChannels(["hangs"], folder, { deadlineMs: 250 });
    expect(later.problems[0]?.message).toBe(`plugin hangs did not load within 0.25 s${RESTART}`);
  });

  test("is no longer waited for when the wait is ended", async () => {
    const stop = new AbortController();
    const wait = { deadlineMs: AN_HOUR, signal: stop.signal };
    const loading = loadChannels(["hangs"], folderWith({ hangs: HANGS }), wait);
    stop.abort();
    expect((await loading).problems).toHaveLength(1);
    expect((await loadChannels(["hangs"], folderWith({ hangs: HANGS }), wait)).problems).toEqual([
      expect.objectContaining({ index: 0 }),
    ]);
  });

  test("keeps the process alive until its time is over, and not longer", async () => {
    const folder = folderWith({ hangs: HANGS, pager: channelSource("pager") });
    const said = await inNode(`
      const load = (name, deadlineMs) => loadChannels([name], ${JSON.stringify(folder)}, { deadlineMs });
      const found = [await load("pager", ${AN_HOUR}), await load("hangs", 20)];
      console.log(found.flatMap(({ problems }) => problems.map(({ message }) => message)).join());`);
    expect(said).toBe("plugin hangs did not load within 0.02 s\n");
  });
});

describe("a plugin that could not be used", () => {
  const source = channelSource("pager");

  test("and was evaluated for that needs a restart when it is repaired, and that is said", async () => {
    const repair = { "plugin/index.js": source };
    const said = await saidOf([
      { source: 'throw new Error("no licence");', repair },
      { source: 'throw "no licence";', repair },
      { source: "", repair },
      { source: "export const channel = 5;", repair },
    ]);
    const faults = [
      "failed while it was loaded: no licence",
      "failed while it was loaded: no licence",
      'has no export named "channel"',
      "is not a channel: it must be an object, not a number",
    ];
    expect(said).toEqual(faults.map((fault) => [fault, fault + RESTART, fault + RESTART]));
  });

  test("since a package, a file, or a bracket was missing is loaded once that is there", async () => {
    const said = await saidOf([
      {
        source: `import "missing";\n${source}`,
        repair: { "missing/index.js": "", "missing/package.json": "{}" },
      },
      { source: `import "./part.js";\n${source}`, repair: { "plugin/part.js": "" } },
      { source: source.slice(0, -4), repair: { "plugin/index.js": source } },
    ]);
    for (const [first, second, third] of said) {
      expect(first).toMatch(/^failed while it was loaded: /);
      expect([second, third]).toEqual([first, "loaded"]);
    }
  });
});
