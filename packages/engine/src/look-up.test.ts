import { createSocket } from "node:dgram";
import { expect, onTestFinished, test } from "vitest";
import { LookUps } from "./look-up.ts";

/** A name server on loopback that gives each question what `answer` makes of it, or nothing. */
async function startNameServer(answer: (question: Buffer) => Buffer | undefined) {
  const questions: Buffer[] = [];
  const socket = createSocket("udp4");
  socket.on("message", (question, { port, address }) => {
    questions.push(question);
    const answered = answer(question);
    if (answered) socket.send(answered, port, address);
  });
  await new Promise<void>((resolve) => void socket.bind(0, "127.0.0.1", resolve));
  onTestFinished(() => void socket.close());
  return { server: `127.0.0.1:${socket.address().port}`, questions };
}

/** Answers with one address of version 4, and with none of version 6. */
function oneAddress(question: Buffer): Buffer {
  const isFour = question.readUInt16BE(question.indexOf(0, 12) + 1) === 1;
  const end = question.indexOf(0, 12) + 5;
  const head = Buffer.from(question.subarray(0, 12));
  head.writeUInt16BE(0x8180, 2);
  head.writeUInt16BE(isFour ? 1 : 0, 6);
  head.fill(0, 8, 12);
  const record = Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 127, 0, 0, 9]);
  return Buffer.concat([head, question.subarray(12, end), ...(isFour ? [record] : [])]);
}

test("a name that a name server knows has its addresses from there", async () => {
  const { server, questions } = await startNameServer(oneAddress);
  const lookUps = new LookUps([server]);
  const asked = Array.from({ length: 5 }, () => lookUps.addresses("hooks.example.com"));
  for (const found of await Promise.all(asked)) {
    expect(found).toEqual([{ address: "127.0.0.9", family: 4 }]);
  }
  // Who asks while somebody waits for the answer waits for the same one.
  expect(questions).toHaveLength(2);
});

test("names of a silent name server hold up no name of the machine's own", async () => {
  const { server } = await startNameServer(() => undefined);
  const lookUps = new LookUps([server]);
  const silent = Array.from({ length: 20 }, (_, n) =>
    lookUps.addresses(`hook-${n}.example.com`).catch((error: { code: string }) => error.code),
  );
  const own = await lookUps.addresses("localhost");
  expect(own.map(({ address }) => address)).toContain("127.0.0.1");
  expect(await Promise.race([...silent, Promise.resolve("still asked")])).toBe("still asked");
  lookUps.close();
  expect(new Set(await Promise.all(silent))).toEqual(new Set(["EAI_AGAIN"]));
});
