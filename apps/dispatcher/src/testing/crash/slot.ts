import type { CrashGround } from "./ground.ts";
import type { Load } from "./load.ts";
import { type MortalDispatcher, startMortal } from "./mortal-dispatcher.ts";

export interface SlotOptions {
  readonly folder: string;
  readonly load: Load;
  readonly ground: CrashGround;
  /** The number of the next life, of all dispatchers of a run. */
  readonly nextLife: () => number;
  /** Told of a dispatcher that ended and was not to. */
  readonly onMistake: (mistake: string) => void;
}

/** The place of one dispatcher, which lives there again and again. */
export class Slot {
  readonly #options: SlotOptions;
  #dispatcher: MortalDispatcher | undefined;
  #sender: string | undefined;
  #isToEnd = false;

  constructor(options: SlotOptions) {
    this.#options = options;
  }

  /** The dispatcher that is there; where there is none, one that is started now. */
  filled(): MortalDispatcher {
    return this.#dispatcher ?? this.#start();
  }

  /** What the requests of the last life say of who sent them. */
  get sender(): string | undefined {
    return this.#sender;
  }

  /** Tells that the dispatcher is about to be ended. */
  isToEnd(): void {
    this.#isToEnd = true;
  }

  /** Tells that the end of the dispatcher is taken down, so that another may begin. */
  isOver(): void {
    this.#options.load.receivers.forget(this.#sender);
    this.#dispatcher = undefined;
  }

  /** Stops the dispatcher in good order. */
  async stop(): Promise<void> {
    if (!this.#dispatcher) return;
    const { served, end, ended } = this.#dispatcher;
    // Before that, a signal ends it at once.
    await served;
    this.isToEnd();
    end("SIGTERM");
    const { code, stderr } = await ended;
    if (code !== 0)
      throw new Error(`the dispatcher that was to stop ended with ${code}: ${stderr}`);
    this.isOver();
  }

  /** Ends the dispatcher, if there is one, whatever it does. */
  kill(): void {
    this.isToEnd();
    this.#dispatcher?.end("SIGKILL");
  }

  #start(): MortalDispatcher {
    const { folder, ground, nextLife } = this.#options;
    const { env, sender } = ground.life(nextLife());
    const dispatcher = startMortal({ cwd: folder, env });
    this.#dispatcher = dispatcher;
    this.#sender = sender;
    this.#isToEnd = false;
    void this.#letServe(dispatcher);
    void this.#watch(dispatcher);
    return dispatcher;
  }

  async #letServe({ served, ended }: MortalDispatcher): Promise<void> {
    const { serving } = this.#options.load;
    // That it is killed before it serves is often the point.
    const one = await served.catch(() => undefined);
    if (!one) return;
    serving.add(one);
    await ended;
    serving.delete(one);
  }

  async #watch(dispatcher: MortalDispatcher): Promise<void> {
    const { code, stderr } = await dispatcher.ended;
    if (this.#isToEnd || this.#dispatcher !== dispatcher) return;
    this.#options.onMistake(`a dispatcher ended by itself with ${code}: ${stderr}`);
    this.isOver();
  }
}
