/**
 * The addresses that are told of alarms: who they are, what each was told, and the calls that wait. Secrets stay here:
 * they are told to nobody and written to no log.
 */
import type { SaveWebhooks, Webhook, WebhooksResponse } from '../../lib/contracts/alarm';
import type { Board } from '../../lib/contracts/board';
import { err, ok, type Result } from '../../lib/result';
import type { Clock } from '../runtime/clock';
import type { Log } from '../runtime/log';
import type { Random } from '../runtime/random';
import { Trouble } from '../runtime/trouble';
import type { AlarmState, StoredAlarms, StoredCall, StoredWebhook } from '../store/alarm-documents';
import type { Write } from '../store/ports';
import { bodyOf } from './call-body';
import { CallQueue } from './call-queue';
import type { SendCall, Sent } from './call-sender';
import type { WebhookChange } from './desk';
import { type CallSight, owedCalls, type Told, type ToldOf, toldSilently } from './owed-calls';
import { targetProblem } from './webhook-target';

export interface WebhooksOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly send: SendCall;
  readonly board: (id: string) => Board | null;
  readonly write: (writes: readonly Write[]) => void;
}

export class Webhooks {
  readonly #options: WebhooksOptions;
  readonly #trouble: Trouble;
  readonly queue: CallQueue;
  #hooks: readonly StoredWebhook[] = [];
  #revision = 0;
  #told = new Map<string, ToldOf>();

  constructor(options: WebhooksOptions) {
    this.#options = options;
    this.#trouble = new Trouble('a webhook could not be told of alarms', options.clock, options.log);
    this.queue = new CallQueue({
      ...options,
      send: (stored) => this.#send(stored),
      onFailed: (_, reason) => this.#trouble.note(reason),
    });
  }

  get revision(): number {
    return this.#revision;
  }

  /** `after`: numbers of new calls are above it. */
  restore({ webhooks, calls, state }: StoredAlarms, after = 0): void {
    this.#hooks = webhooks.webhooks;
    this.#revision = webhooks.revision;
    const ids = new Set(this.#hooks.map(({ id }) => id));
    this.#told.clear();
    this.queue.restore(
      calls.filter(({ call }) => ids.has(call.webhookId)),
      after,
    );
    for (const { webhookId, alarms } of state?.told ?? []) {
      if (ids.has(webhookId))
        this.#told.set(webhookId, new Map(alarms.map(({ key, ...told }) => [key, told])));
    }
  }

  /** What must be written together with what was told; `null`: nothing is owed. */
  reconcile(sight: CallSight): readonly Write[] | null {
    let isOther = false;
    const writes: Write[] = [];
    for (const hook of this.#hooks) {
      const before = this.#told.get(hook.id) ?? new Map<string, Told>();
      const { calls, told } = owedCalls(hook, before, sight);
      if (told === before) continue;
      isOther = true;
      this.#told.set(hook.id, told);
      writes.push(...this.queue.add(calls));
    }
    return isOther ? writes : null;
  }

  /** As it is kept. */
  told(): AlarmState['told'] {
    return [...this.#told].map(([webhookId, told]) => ({
      webhookId,
      alarms: [...told].map(([key, one]) => ({ key, ...one, boardIds: [...one.boardIds] })),
    }));
  }

  response(): WebhooksResponse {
    const webhooks = this.#hooks.map(({ secret, ...hook }) => ({
      ...hook,
      hasSecret: secret !== null,
      ...this.queue.standing(hook.id),
    }));
    return { revision: this.#revision, dropped: this.queue.counts.dropped, webhooks };
  }

  /** The list as it would be stored; or what is wrong with it, in words. */
  wanted({ webhooks }: SaveWebhooks): Result<readonly StoredWebhook[], string> {
    const ids = new Set(webhooks.map(({ id }) => id));
    if (ids.size < webhooks.length) return err('two webhooks have one id');
    for (const { name, url } of webhooks) {
      const problem = targetProblem(url);
      if (problem !== null) return err(`${name}: ${problem}`);
    }
    const held = new Map(this.#hooks.map((hook) => [hook.id, hook]));
    return ok(
      webhooks.map(({ secret, ...hook }) => {
        const former = held.get(hook.id);
        // A secret goes with its address: who changes one must give the other.
        const kept = former !== undefined && sameOrigin(former, hook) ? former.secret : null;
        return { ...hook, secret: secret ?? kept };
      }),
    );
  }

  changeTo(hooks: readonly StoredWebhook[]): WebhookChange {
    const hosts = [...new Set(hooks.map(({ url }) => new URL(url).host))];
    return { before: this.#hooks.length, after: hooks.length, hosts };
  }

  /** They are stored. What lasts now is no news to whoever was entered or widened just now. */
  replace(hooks: readonly StoredWebhook[], revision: number, sight: CallSight): readonly Write[] {
    const before = new Map(this.#hooks.map((hook) => [hook.id, JSON.stringify(hook)]));
    const changed = hooks.filter((hook) => before.get(hook.id) !== JSON.stringify(hook));
    this.#hooks = hooks;
    this.#revision = revision;
    const ids = new Set(hooks.map(({ id }) => id));
    for (const id of [...this.#told.keys()]) if (!ids.has(id)) this.#told.delete(id);
    for (const hook of changed)
      this.#told.set(hook.id, toldSilently(hook, this.#told.get(hook.id) ?? new Map(), sight));
    return this.queue.keep(ids, new Set(changed.map(({ id }) => id)));
  }

  async #send({ id, call }: StoredCall): Promise<Sent> {
    const { board, send } = this.#options;
    const hook = this.#hooks.find((one) => one.id === call.webhookId);
    if (hook === undefined) return { kind: 'refused', reason: 'there is no such webhook any more' };
    const boards = call.boardIds.flatMap((boardId) => board(boardId) ?? []);
    try {
      const body = bodyOf(hook.format, call, { id, boards });
      return await send(hook, { id, body }).catch((thrown: unknown) => this.#unsent(thrown));
    } catch (thrown) {
      // It would be so at each try, and hold up all that come after it.
      this.#trouble.note(thrown);
      return { kind: 'refused', reason: 'its text could not be made' };
    }
  }

  #unsent(thrown: unknown): Sent {
    this.#trouble.note(thrown);
    return { kind: 'later', reason: 'it could not be sent', floorMs: 0 };
  }
}

function sameOrigin(a: Webhook, b: Webhook): boolean {
  return new URL(a.url).origin === new URL(b.url).origin;
}
