import { type AddressInfo, type Server, type Socket, createServer } from "node:net";
import { createServer as createSecureServer } from "node:tls";
import { onTestFinished } from "vitest";
import type { Identity } from "./self-signed.ts";

/** What a receiver does with a connection. */
export type Fault = (socket: Socket) => void;

/** How often something more comes of an answer that drips, in milliseconds. */
const DRIP_MS = 100;

/** How long a part of an answer is given to arrive, in milliseconds. */
const ARRIVAL_MS = 50;

/** Starts a receiver that lives as long as the running test and has one fault; answers its URL. */
export async function startFaulty(fault: Fault): Promise<string> {
  return `http://127.0.0.1:${await listen(createServer(), "connection", fault)}`;
}

/** The same behind TLS, as `localhost`: the fault is for those who take the certificate. */
export async function startSecure(identity: Identity, fault: Fault): Promise<string> {
  const server = createSecureServer(identity);
  return `https://localhost:${await listen(server, "secureConnection", fault)}`;
}

async function listen(
  server: Server,
  event: "connection" | "secureConnection",
  fault: Fault,
): Promise<number> {
  const sockets: Socket[] = [];
  server.on("connection", (socket) => sockets.push(socket));
  server.on(event, (socket: Socket) => {
    // Who is hung up on by the dispatcher has nothing to say of it.
    socket.on("error", () => socket.destroy());
    socket.resume();
    fault(socket);
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** Acts when a request has come in, and not before. */
export function onRequest(act: (socket: Socket, path: string) => void): Fault {
  return (socket) =>
    void socket.once("data", (request) => act(socket, request.toString().split(" ")[1] ?? ""));
}

/** Answers with these bytes, `{path}` in them being what was asked for, and leaves it at that. */
export function says(bytes: string): Fault {
  return onRequest((socket, path) => void socket.write(bytes.replace("{path}", path), "latin1"));
}

/** Answers with these bytes and closes the connection. */
export function saysAndCloses(bytes: string): Fault {
  return onRequest((socket, path) => void socket.end(bytes.replace("{path}", path), "latin1"));
}

/** Answers with these bytes and, when they have arrived, resets the connection. */
export function saysAndResets(bytes: string): Fault {
  return onRequest((socket) => {
    socket.write(bytes);
    // Both ends are in this process: between a timer and an immediate, what has arrived is read.
    setTimeout(() => setImmediate(() => socket.resetAndDestroy()), ARRIVAL_MS);
  });
}

/** Answers with these bytes and then, again and again, with some more. */
export function drips(bytes: string, more: string): Fault {
  return onRequest((socket, path) => {
    socket.write(bytes.replace("{path}", path));
    const again = setInterval(() => socket.write(more), DRIP_MS);
    socket.once("close", () => clearInterval(again));
  });
}

/** Answers with these bytes and then with more without an end, as fast as it is taken. */
export function pours(bytes: string, more: string): Fault {
  return onRequest((socket) => {
    const pour = (): void => {
      while (!socket.destroyed && socket.write(more));
    };
    socket.write(bytes);
    socket.on("drain", pour);
    pour();
  });
}
