import type { RequestHandler } from "express";
import { sendBusy } from "./problem.ts";

/** How many bytes of bodies may be on their way through the door at once. */
const MOST_BYTES = 128 * 1024 * 1024;

/**
 * Keeps the memory that bodies take within bounds, however many producers post at once: those that find
 * no room are told to come back.
 */
export class Admission {
  #bytes = 0;

  /** Lets a request through while there is room for its body, of which `most` bytes are read. */
  admit(most: number): RequestHandler {
    return (request, response, next) => {
      const stated = Number(request.get("content-length") ?? most);
      // What is packed takes as much as is read of it once it is unpacked.
      const packed = (request.get("content-encoding") ?? "identity") !== "identity";
      const bytes = packed || !Number.isFinite(stated) ? most : Math.min(Math.max(0, stated), most);
      if (this.#bytes + bytes > MOST_BYTES) {
        response.set("connection", "close");
        request.resume();
        return sendBusy(response, "Too much is being posted at the moment; nothing was kept.");
      }
      this.#bytes += bytes;
      response.once("close", () => (this.#bytes -= bytes));
      next();
    };
  }
}
