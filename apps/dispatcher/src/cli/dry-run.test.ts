import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { commandLine } from "../testing/command-line.ts";
import { destinationsAt } from "../testing/destinations-at.ts";
import { postSync } from "../testing/events.ts";
import { temporaryFolder } from "../testing/folder.ts";
import { startReceiver } from "../testing/receiver.ts";
import { TOKEN, startRunning } from "../testing/running-dispatcher.ts";

/** A dispatcher, and a shell beside it with another config. */
async function shell(before: Readonly<Record<string, string>>) {
  const receiver = await startReceiver();
  const dispatcher = await startRunning({ config: destinationsAt(receiver.url, before) });
  const env = { PORT: new URL(dispatcher.url).port, SYNCBELL_ADMIN_TOKEN: TOKEN };
  const file = join(temporaryFolder(), "edited.yaml");
  const edit = (after: Readonly<Record<string, string>>): void =>
    writeFileSync(file, destinationsAt(receiver.url, after));
  const check = (...words: readonly string[]) =>
    commandLine(["check", "--config", file, ...words], env);
  return { ...dispatcher, edit, check, file };
}

test("a changed config is tried on the last events of a dispatcher", async () => {
  const { post, edit, check, file } = await shell({ ops: "", old: "" });
  const ids: string[] = [];
  for (let run = 0; run < 5; run++) {
    const posted = await post(postSync({ sync: `sync-${run}`, status: "failed" }));
    ids.push(posted.body.id);
  }
  edit({ ops: "when: { incident.failures: 1 }", fresh: "expire: 1h, pace: { per_second: 1 }" });
  const { code, stdout, stderr } = await check("--last", "4");
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const [head, tried, ...lines] = stdout.split("\n");
  expect(head).toBe(`${file}: no problems; destinations: ops, fresh`);
  expect(tried).toMatch(/^tried on the last 4 events, from 2\d{3}-\S+Z to 2\d{3}-\S+Z:$/);
  const again = (nth: number): string =>
    `${ids[nth - 1]} orders failed again, ${nth} times in a row`;
  const gone = "it would not be there, or not have the tenant in its reach";
  const less = "filtered: rule does not match: incident.failures = 1 (it is";
  expect(lines).toEqual([
    "  ops    heard of 4, would hear of 0: 4 less",
    ...[5, 4, 3].map((nth) => `    ${again(nth)}: deliver -> ${less} ${nth})`),
    "    and 1 more",
    "  fresh  heard of 0, would hear of 4: 4 more",
    ...[5, 4, 3].map((nth) => `    ${again(nth)}: none -> deliver: no rule: hears of every event`),
    "    and 1 more",
    "  old    heard of 4, would hear of 0: 4 less",
    ...[5, 4, 3].map((nth) => `    ${again(nth)}: deliver -> none: ${gone}`),
    "    and 1 more",
    "",
  ]);
  const json = await check("--last", "4", "--json");
  expect(JSON.parse(json.stdout)).toMatchObject({
    problems: [],
    destinations: ["ops", "fresh"],
    dry_run: { events: 4, destinations: [{ less: 4 }, { more: 4 }, { less: 4 }] },
  });
});

test("only what destinations want to hear of leaves for it, none of their configs", async () => {
  const asked = await startReceiver();
  const { edit, check } = await shell({ ops: "" });
  edit({ ops: "tenant: tenant-1, when: { status: failed }, pace: { per_second: 1 }, expire: 1h" });
  const { code, stderr } = await check("--last", "7", "--to", asked.url);
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: `syncbell check: what answers at ${asked.url} is no dispatcher that can try a config\n`,
  });
  expect(asked.requests.map(({ body }) => JSON.parse(body.toString()))).toEqual([
    {
      destinations: [{ id: "ops", tenant: "tenant-1", when: { status: "failed" }, expire: "1h" }],
      last: 7,
    },
  ]);
});

test("what a dispatcher finds wrong is told with its place in the file", async () => {
  const answers = [
    {
      detail: "The destinations can't be used as they are written.",
      errors: [
        { path: "destinations.1.when.incident.failures.$gt", message: "is new to me" },
        { path: "destinations.0.notify", message: "is new to me, too" },
      ],
    },
    {
      detail: "The body can't be used.",
      errors: [
        { path: "last", message: "must be an integer" },
        { path: "", message: "is too much" },
      ],
    },
    { detail: "Too much.", errors: [{ path: "last", message: "Too much." }] },
  ];
  const older = await startReceiver((response) => {
    response
      .writeHead(422, { "content-type": "application/problem+json" })
      .end(JSON.stringify(answers.shift()));
  });
  const { edit, check, file } = await shell({ ops: "" });
  edit({ ops: "notify: [broke]", b: "when: { incident.failures: { $gt: 3 } }" });
  const places = readFileSync(file, "utf8").split("\n");
  const placeOf = (word: string): string => {
    const line = places.findIndex((text) => text.includes(word));
    return `${file}:${line + 1}:${(places[line] ?? "").indexOf(word) + 1}`;
  };
  const ask = () => check("--last", "5", "--to", older.url);
  expect(await ask()).toEqual({
    code: 1,
    stderr: "",
    stdout: `${placeOf("$gt")}: the dispatcher refuses destinations.1.when.incident.failures.$gt: is new to me
${placeOf("notify")}: the dispatcher refuses destinations.0.notify: is new to me, too
`,
  });
  expect(await ask()).toMatchObject({
    code: 1,
    stderr: `syncbell check: 422: The body can't be used.
  last must be an integer
  (body) is too much
`,
  });
  expect((await ask()).stderr).toBe("syncbell check: 422: Too much.\n");
});

test("a dispatcher that has kept nothing says so", async () => {
  const { edit, check } = await shell({ ops: "" });
  edit({ ops: "" });
  expect((await check("--last", "1")).stdout).toMatch(
    /\nthe dispatcher has no events to try it on/,
  );
});

test("what can't be asked is told", async () => {
  const { edit, check } = await shell({ ops: "" });
  edit({ ops: "" });
  for (const last of ["0", "1001", "ten", "1.5"]) {
    expect(await check("--last", last)).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/--last takes a number of events, from 1 to 1000/),
    });
  }
  expect(await check("--to", "http://127.0.0.1:9")).toMatchObject({ code: 2 });
  const alone = await check("--last", "1", "--to", "http://127.0.0.1:9");
  expect(alone).toMatchObject({ code: 1, stderr: expect.stringMatching(/no dispatcher answers/) });
  edit({ ops: "when: { duration: { $lt: .inf } }" });
  expect(await check("--last", "1")).toMatchObject({
    code: 1,
    stdout: expect.stringContaining("takes no number that JSON can't carry"),
  });
  edit({ ops: "when: { $bad: 1 }" });
  expect(await check("--last", "1")).toMatchObject({
    code: 1,
    stdout: expect.stringContaining("$bad"),
  });
});
