import { type AddressInfo, type Socket, createServer } from "node:net";
import { onTestFinished } from "vitest";

/** A bare listener on a free port of loopback: what it does to a connection is up to the test. */
export interface Wire {
  readonly port: number;
  readonly url: string;
  /** Every connection that was made, the closed ones too. */
  readonly sockets: readonly Socket[];
}

/** Starts a listener that lives as long as the running test. It reads and says nothing unless told. */
export async function startWire(
  onConnection: (socket: Socket) => void = () => undefined,
  host = "127.0.0.1",
): Promise<Wire> {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on("error", () => socket.destroy());
    socket.resume();
    onConnection(socket);
  });
  await new Promise<void>((resolve) => void server.listen(0, host, resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { port, url: `http://${host.includes(":") ? `[${host}]` : host}:${port}/`, sockets };
}
