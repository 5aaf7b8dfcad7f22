/**
 * The namespace `/device`: the device of one conversation, sent on joining and whenever it is another. A widget that
 * has not read what was sent before gets the newest when it reads again: nothing piles up.
 */
import type { Socket } from 'socket.io';
import { type AgentDevice, deviceHandshakeSchema } from '../../lib/contracts/device';
import { TELEMETRY_EVENT } from '../../lib/contracts/diagnostics';
import { err, ok } from '../../lib/result';
import type { FeedGuest } from '../devices/live-feed';
import type { TelemetryDesk, Viewer } from '../devices/telemetry-desk';
import type { Cancel, Clock } from '../runtime/clock';
import type { Trouble } from '../runtime/trouble';
import type { DeviceService, Serving } from './device-reception';

/** How soon a widget that was busy is tried again. */
const TRY_AGAIN_MS = 250;

export interface DeviceNamespaceOptions {
  readonly desk: Pick<TelemetryDesk, 'ofInteraction' | 'watch'>;
  readonly clock: Pick<Clock, 'after'>;
  readonly trouble: Trouble;
}

export function deviceNamespace(options: DeviceNamespaceOptions): DeviceService<AgentDevice> {
  return {
    target: 'socket device',
    handshake(auth) {
      const parsed = deviceHandshakeSchema.safeParse(auth);
      if (!parsed.success) return err(invalidHandshake('conversationId'));
      return ok({ token: parsed.data.token, interactionId: parsed.data.conversationId });
    },
    find: (interactionId, { viewer }) => options.desk.ofInteraction(interactionId, viewer),
    begin: (socket, first, guest, over) => new DeviceTeller(options, socket, { first, guest }, over),
  };
}

export function invalidHandshake(field: string) {
  return {
    code: 'handshake.invalid',
    message: `not a handshake of this contract: {token?, ${field}}`,
  } as const;
}

class DeviceTeller implements Serving {
  readonly #options: DeviceNamespaceOptions;
  readonly #socket: Socket;
  readonly #over: () => void;
  readonly #watch: (viewer: Viewer) => () => void;
  #unwatch: () => void;
  readonly #interactionId: string;
  /** As it is known here. */
  #latest: AgentDevice;
  /** What is still to be sent. */
  #newest: AgentDevice | null;
  #again: Cancel | null = null;
  #isOver = false;

  constructor(
    options: DeviceNamespaceOptions,
    socket: Socket,
    { first, guest }: { readonly first: AgentDevice; readonly guest: FeedGuest },
    over: () => void,
  ) {
    this.#options = options;
    this.#socket = socket;
    this.#over = over;
    this.#interactionId = first.interactionId;
    this.#latest = first;
    this.#newest = first;
    const changed = (device: AgentDevice) => {
      this.#latest = device;
      this.#newest = device;
      this.#tell();
    };
    this.#watch = (viewer) => options.desk.watch(first.interactionId, viewer, changed, this.#latest);
    this.#unwatch = this.#watch(guest.viewer);
    this.#tell();
  }

  guestIs(guest: FeedGuest): void {
    if (this.#isOver) return;
    this.#unwatch();
    this.#unwatch = this.#watch(guest.viewer);
    void this.#lookAgain(guest);
  }

  stop(): void {
    this.#isOver = true;
    this.#unwatch();
    this.#again?.();
    this.#again = null;
  }

  /** Whether it is still his. Never rejects. */
  async #lookAgain({ viewer }: FeedGuest): Promise<void> {
    try {
      const device = await this.#options.desk.ofInteraction(this.#interactionId, viewer);
      if (device === null && !this.#isOver) this.#over();
    } catch (thrown) {
      this.#options.trouble.note(thrown);
    }
  }

  #tell(): void {
    if (this.#isOver || this.#newest === null || this.#again !== null) return;
    if (!this.#socket.conn.transport.writable) {
      this.#again = this.#options.clock.after(TRY_AGAIN_MS, () => {
        this.#again = null;
        this.#tell();
      });
      return;
    }
    this.#socket.emit(TELEMETRY_EVENT, this.#newest);
    this.#newest = null;
  }
}
