import type { Answering } from "./receiver.ts";

/** Answers with a status. */
export function status(code: number, headers: Readonly<Record<string, string>> = {}): Answering {
  return (response) => void response.writeHead(code, headers).end(`said ${code}`);
}

/** Answers by path; what has no answer of its own is taken. */
export function byPath(answers: Readonly<Record<string, Answering>>): Answering {
  return (response, received, count) =>
    (answers[received.path.slice(1)] ?? status(200))(response, received, count);
}

/** Answers with one status after the other, the last one again and again. */
export function inTurn(...codes: readonly number[]): Answering {
  return (response, received, count) =>
    status(codes[Math.min(count, codes.length) - 1] ?? 200)(response, received, count);
}
