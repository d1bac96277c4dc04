import type { ServerResponse } from "node:http";
import type { ServiceAnswer } from "./proof.ts";
import type { ReceivedRequest } from "./receiver.ts";

/** What a receiver does with a request that has arrived whole. */
export type Behaviour = (response: ServerResponse, request: ReceivedRequest) => void;

/**
 * Answers like this, on a connection that stays open: 200 and an empty body unless told otherwise.
 * A status below 200 is followed by nothing, and the connection is closed.
 */
export function answers(answer: Partial<ServiceAnswer> = {}): Behaviour {
  const { status = 200, headers = {}, body = "" } = answer;
  if (status < 200) return raw(`HTTP/1.1 ${status} Interim\r\n\r\n`);
  // These two have no body, and so no length of one (RFC 9110, 8.6).
  const length =
    status === 204 || status === 304 ? {} : { "content-length": Buffer.byteLength(body) };
  return (response) => void response.writeHead(status, { ...headers, ...length }).end(body);
}

/** The ways in which a service fails to answer. Each leaves the receiver ready for the next request. */
export interface Faults {
  /** Never answers. */
  hangs(): Behaviour;
  /** Resets the connection. */
  resets(): Behaviour;
  /** Closes the connection without a word. */
  hangsUp(): Behaviour;
  /** Sends one header after the other and never comes to the end of them. */
  dripsHeaders(): Behaviour;
  /** Answers with headers of 100 KB. */
  floodsHeaders(): Behaviour;
  /** Sends a status and a part of the body, and never comes to the end of it. */
  stallsInBody(status: number): Behaviour;
  /** Sends a body without an end, as fast as it is taken. */
  neverEnds(status: number): Behaviour;
  /** Announces 1,000 bytes, sends four and closes the connection. */
  breaksOff(status: number): Behaviour;
  /** Speaks something that is not HTTP. */
  talksGarbage(): Behaviour;
}

const DRIP_MS = 5;
const CHUNK = "x".repeat(16 * 1024);

export const faults: Faults = {
  hangs: () => () => undefined,
  resets: () => (response) => void response.socket?.resetAndDestroy(),
  hangsUp: () => raw(""),
  dripsHeaders: () => (response) => {
    const { socket } = response;
    socket?.write("HTTP/1.1 200 OK\r\n");
    const drip = setInterval(() => socket?.write("x-drip: 1\r\n"), DRIP_MS);
    socket?.once("close", () => clearInterval(drip));
  },
  floodsHeaders: () => raw(`HTTP/1.1 200 OK\r\nx-flood: ${"x".repeat(100_000)}\r\n\r\n`),
  stallsInBody: (status) => (response) => void response.writeHead(status).write("part"),
  neverEnds: (status) => (response) => {
    const pour = (): void => {
      while (!response.destroyed && response.write(CHUNK));
    };
    response.writeHead(status).on("drain", pour);
    pour();
  },
  breaksOff: (status) => raw(`HTTP/1.1 ${status} Cut\r\ncontent-length: 1000\r\n\r\npart`),
  talksGarbage: () => raw("SSH-2.0-OpenSSH_9.9\r\n"),
};

/** Sends these bytes as they are and closes the connection. */
function raw(bytes: string): Behaviour {
  return (response) => void response.socket?.end(bytes);
}
