/**
 * One connection to the broker, from opening it to its end; coming back is another one, so that nothing of a
 * connection that is gone is ever acknowledged on the next. Every message is given to the intake before it is
 * acknowledged (see `gathering`), also when the connection is gone meanwhile. It has arrived when the topics are
 * subscribed; what goes wrong, here or by the broker, ends it, and it says why, once.
 */
import { type IClientOptions, type IPublishPacket, MqttClient } from 'mqtt';
import type { Cancel, Clock } from '../runtime/clock';
import { type BrokerAddress, BrokerStream, openSocket } from './broker-stream';
import { Gathering, type Next } from './gathering';
import type { Intake } from './incoming';
import { type LibraryTimers, libraryTimers } from './library-timers';
import { brokerTrouble, TOO_LATE } from './link-status';

export interface MqttSettings extends BrokerAddress {
  readonly topics: readonly string[];
  readonly clientId: string;
  readonly username: string | null;
  readonly password: string | null;
}

export interface Arrival {
  /** The broker still had our session, and with it all that came while we were away. */
  readonly sessionPresent: boolean;
  readonly refused: readonly string[];
  /** Granted without acknowledgements. */
  readonly unsure: readonly string[];
}

export interface BrokerLinkOptions {
  readonly settings: MqttSettings;
  readonly clock: Clock;
  readonly intake: Intake;
  /** Runs a function after what the event loop has at hand. */
  readonly defer: (run: () => void) => void;
  /** Any sign of life. */
  readonly onHeard: () => void;
  readonly onMessage: () => void;
  readonly onArrived: (arrival: Arrival) => void;
  /** Storing failed; the end follows. */
  readonly onUnstored: (thrown: unknown) => void;
  /** The connection is gone; not told after `leave`. `trouble`: why, where it is known. */
  readonly onClosed: (trouble: string | null) => void;
}

/** From opening to the answer about the topics. */
const ARRIVE_TIMEOUT_MS = 10_000;
/** Half as much again without an answer, and the link counts as dead: inside the 45 s of a silent upstream. */
const KEEPALIVE_S = 15;
const LEAVE_TIMEOUT_MS = 2_000;
const REFUSED = 128;

interface Opened {
  readonly client: MqttClient;
  readonly stream: BrokerStream;
  /** All that had arrived is taken in. */
  readonly closed: Promise<void>;
}

export class BrokerLink {
  /** Something was stored on it. */
  hasStored = false;
  readonly #options: BrokerLinkOptions;
  readonly #gathering: Gathering;
  #opened: Opened | null = null;
  #patience: Cancel = () => {};
  #trouble: string | null = null;
  #state: 'open' | 'leaving' | 'over' = 'over';

  constructor(options: BrokerLinkOptions) {
    this.#options = options;
    const { intake, defer, onUnstored } = options;
    this.#gathering = new Gathering({
      ...{ intake, defer, onFailure: onUnstored },
      stream: () => this.#openStream(),
      onStored: () => {
        this.hasStored = true;
      },
    });
  }

  /** To be called once. Throws where certificate, key or authority cannot be read. */
  open(): void {
    const { settings, clock, defer, onHeard } = this.#options;
    const socket = openSocket(settings);
    const stream = new BrokerStream(socket, defer);
    socket.on('error', (thrown) => {
      this.#trouble ??= brokerTrouble(thrown);
    });
    const timers = libraryTimers(clock);
    socket.once('close', () => {
      timers.end();
      this.#closed();
    });
    const closed = new Promise<void>((resolve) => {
      stream.once('close', resolve);
    });
    const client = new MqttClient(() => stream, clientOptions(settings, timers));
    this.#opened = { client, stream, closed };
    this.#state = 'open';
    client.handleMessage = (packet, next) => this.#take(packet, next);
    client.on('packetreceive', onHeard);
    client.on('connect', ({ sessionPresent }) => this.#subscribe(client, sessionPresent));
    // Whatever it is: after a packet that breaks the protocol the connection must not be used any more.
    client.on('error', (thrown) => this.drop(brokerTrouble(thrown)));
    this.#patience = clock.after(ARRIVE_TIMEOUT_MS, () => this.drop(TOO_LATE));
  }

  /** Ends it at once; `onClosed` follows. */
  drop(trouble: string): void {
    this.#trouble ??= trouble;
    this.#opened?.stream.destroy();
  }

  /** After its end: all that it took is stored, or given up. */
  async idle(): Promise<void> {
    await this.#opened?.closed;
    await this.#gathering.end();
  }

  /** Takes leave, so that the last will is not sent; a broker that does not answer is left without it. */
  async leave(): Promise<void> {
    if (this.#opened !== null && this.#state === 'open') {
      this.#state = 'leaving';
      this.#patience();
      await this.#gathering.end();
      if (this.#opened.client.connected) await this.#takeLeave(this.#opened);
      this.#opened.stream.destroy();
    }
    await this.idle();
  }

  #take({ topic, payload, retain }: IPublishPacket, next: Next): void {
    const { clock, onMessage } = this.#options;
    onMessage();
    const bytes = typeof payload === 'string' ? Buffer.from(payload) : payload;
    this.#gathering.take({ topic, payload: bytes, receivedAt: clock.now(), retained: retain }, next);
  }

  #subscribe(client: MqttClient, sessionPresent: boolean): void {
    const { topics } = this.#options.settings;
    if (this.#state !== 'open') return;
    // One refused topic is an error to the library; the answer itself comes along.
    client.subscribe([...topics], { qos: 1 }, (thrown, _, answer) => {
      if (this.#state !== 'open') return;
      if (answer?.granted.length !== topics.length) this.drop(brokerTrouble(thrown));
      else this.#arrived(client, { sessionPresent, ...grantsOf(topics, answer.granted) });
    });
  }

  #arrived(client: MqttClient, arrival: Arrival): void {
    this.#patience();
    const { settings, onArrived } = this.#options;
    client.publish(willTopic(settings), 'online', { qos: 1, retain: true }, () => {});
    onArrived(arrival);
  }

  #closed(): void {
    this.#patience();
    const wasOpen = this.#state === 'open';
    this.#state = 'over';
    if (wasOpen) this.#options.onClosed(this.#trouble);
  }

  async #takeLeave({ client, closed }: Opened): Promise<void> {
    const { settings, clock } = this.#options;
    let cancel: Cancel = () => {};
    const late = new Promise<void>((resolve) => {
      cancel = clock.after(LEAVE_TIMEOUT_MS, resolve);
    });
    const said = client
      .publishAsync(willTopic(settings), 'offline', { qos: 1, retain: true })
      .then(() => client.endAsync())
      // A connection that is lost meanwhile needs no leave.
      .catch(() => {});
    await Promise.race([said, late, closed]);
    cancel();
  }

  #openStream(): BrokerStream {
    if (this.#opened === null) throw new Error('the link is not open');
    return this.#opened.stream;
  }
}

/** Not among the topics of devices. */
export function willTopic({ clientId }: Pick<MqttSettings, 'clientId'>): string {
  return `floorcast/${clientId}/status`;
}

/** In the order of the topics asked for. */
function grantsOf(topics: readonly string[], granted: readonly unknown[]) {
  const refused = topics.filter((_, place) => Number(granted[place]) >= REFUSED);
  const unsure = topics.filter((_, place) => granted[place] === 0);
  return { refused, unsure };
}

function clientOptions(settings: MqttSettings, timerVariant: LibraryTimers): IClientOptions {
  const { clientId, username, password } = settings;
  return {
    ...{ clientId, clean: false, protocolVersion: 4, keepalive: KEEPALIVE_S },
    // Coming back and subscribing are ours.
    ...{ reconnectPeriod: 0, resubscribe: false, queueQoSZero: false, connectTimeout: ARRIVE_TIMEOUT_MS },
    timerVariant,
    will: { topic: willTopic(settings), payload: Buffer.from('offline'), qos: 1, retain: true },
    ...(username === null ? {} : { username }),
    ...(password === null ? {} : { password }),
  };
}
