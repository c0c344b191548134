import { CONTROL, type Arena } from './arena.js';
import { runTask, TASKS, type Task } from './task.js';

/*
 * How the threads share a step. A step is a number of tasks; the ticket holds the step's number and the next free task in one
 * atomic word, so that a thread takes a task of this step or none. No step waits for a thread that sleeps: whoever is awake takes
 * what is left. Each task writes its own cells only, in an order of its own: who ran it cannot be seen in the result.
 */
const TASK_BITS = 12;
export const MAX_TASKS = 2 ** TASK_BITS - 1;
const STEP_MASK = 2 ** (31 - TASK_BITS) - 1;
/** How long a thread sleeps before it looks whether the training was stopped. */
const LOOK_MS = 200;

/** Training was stopped from outside. */
export class Stopped extends Error {
  override readonly name = 'Stopped';
}

/** The coordinator's side: shares steps with any number of assisting threads, none included. */
export class Crew {
  private step = 0;

  constructor(
    private readonly arena: Arena,
    private readonly assistants: number,
  ) {}

  /**
   * Runs `count` tasks of one kind and returns when all are done.
   * @param alone keeps a small step on this thread; waking another would take longer than the work
   * @throws Stopped
   */
  run(task: Task, count: number, alone = false): void {
    const { control } = this.arena;
    if (Atomics.load(control, CONTROL.stop)) throw new Stopped();
    if (alone || this.assistants === 0) {
      for (let i = 0; i < count; i++) runTask(this.arena, task, i);
      return;
    }
    this.step = (this.step + 1) & STEP_MASK;
    // Closed first: a thread that still holds the last step's ticket must not win a task with this step's task word.
    Atomics.store(control, CONTROL.ticket, (this.step << TASK_BITS) | MAX_TASKS);
    Atomics.store(control, CONTROL.done, 0);
    Atomics.store(control, CONTROL.task, (TASKS.indexOf(task) << TASK_BITS) | count);
    Atomics.store(control, CONTROL.ticket, this.step << TASK_BITS);
    Atomics.notify(control, CONTROL.ticket);
    workOff(this.arena);
    for (let done = Atomics.load(control, CONTROL.done); done < count; done = Atomics.load(control, CONTROL.done)) {
      Atomics.wait(control, CONTROL.done, done, LOOK_MS);
      if (Atomics.load(control, CONTROL.stop)) throw new Stopped();
    }
  }
}

/** The assistant's side: takes tasks of every step until the training ends. */
export function assist(arena: Arena): void {
  const { control } = arena;
  while (!Atomics.load(control, CONTROL.stop)) {
    const exhausted = workOff(arena);
    Atomics.wait(control, CONTROL.ticket, exhausted, LOOK_MS);
  }
}

/** Takes tasks until the step has none left; returns the ticket at which it had none. */
function workOff(arena: Arena): number {
  const { control } = arena;
  for (;;) {
    const ticket = Atomics.load(control, CONTROL.ticket);
    const work = Atomics.load(control, CONTROL.task);
    const count = work & MAX_TASKS;
    const next = ticket & MAX_TASKS;
    if (next >= count) return ticket;
    // A ticket that was won belongs to the step whose task word was read: that word changes only once all its tasks are done.
    if (Atomics.compareExchange(control, CONTROL.ticket, ticket, ticket + 1) !== ticket) continue;
    runTask(arena, TASKS[work >> TASK_BITS]!, next);
    if (Atomics.add(control, CONTROL.done, 1) + 1 === count) Atomics.notify(control, CONTROL.done);
  }
}
