/** What has to wait for something, in the order in which it came. */
export class HeldTasks {
  #tasks: (() => void)[] | undefined;

  /** Whether everything has to wait. */
  get isHolding(): boolean {
    return this.#tasks !== undefined;
  }

  /** From now on everything has to wait. */
  begin(): void {
    this.#tasks ??= [];
  }

  /** Takes a task where it has to wait; `false` where not. */
  hold(task: () => void): boolean {
    this.#tasks?.push(task);
    return this.isHolding;
  }

  /** Nothing has to wait any more: does what had to. */
  end(): void {
    const tasks = this.#tasks ?? [];
    this.#tasks = undefined;
    for (const task of tasks) task();
  }
}
