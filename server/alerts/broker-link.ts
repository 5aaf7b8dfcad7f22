/**
 * One connection to the broker, from opening it to its end; coming back is another one, so that nothing of a
 * connection that is gone is ever acknowledged on the next. Every message is given to the intake before it is
 * acknowledged (see `gathering`). It has arrived when the topics are subscribed; what goes wrong, here or by the
 * broker, ends it, and it says why, once.
 */
import { connect, type IClientOptions, type IPublishPacket, type MqttClient } from 'mqtt';
import type { Cancel, Clock } from '../runtime/clock';
import { Gathering, type Next } from './gathering';
import type { Intake } from './incoming';
import { brokerTrouble, TOO_LATE } from './link-status';

export interface MqttSettings {
  /** `mqtt:` or `mqtts:`, host and port. */
  readonly url: string;
  readonly topics: readonly string[];
  readonly clientId: string;
  readonly username: string | null;
  readonly password: string | null;
  /** PEM; `null`: the system's own authorities. */
  readonly ca: string | null;
  readonly certificate: string | null;
  readonly key: string | null;
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
  readonly defer: (run: () => void) => void;
  /** Any sign of life. */
  readonly onHeard: () => void;
  readonly onMessage: () => void;
  readonly onArrived: (arrival: Arrival) => void;
  /** Storing failed; the end follows. */
  readonly onUnstored: (thrown: unknown) => void;
  /** It is over, whatever it was; not told after `leave`. `trouble`: why, where it is known. */
  readonly onClosed: (trouble: string | null) => void;
}

/** From opening to the answer about the topics. */
const ARRIVE_TIMEOUT_MS = 10_000;
/** Half as much again without an answer, and the link counts as dead: inside the 45 s of a silent upstream. */
const KEEPALIVE_S = 15;
const LEAVE_TIMEOUT_MS = 2_000;
const REFUSED = 128;

export class BrokerLink {
  /** Something was stored and acknowledged. */
  hasStored = false;
  readonly #options: BrokerLinkOptions;
  readonly #gathering: Gathering;
  #client: MqttClient | null = null;
  #patience: Cancel = () => {};
  #trouble: string | null = null;
  #state: 'new' | 'open' | 'leaving' | 'over' = 'new';

  constructor(options: BrokerLinkOptions) {
    this.#options = options;
    this.#gathering = new Gathering({
      intake: options.intake,
      defer: options.defer,
      stream: () => this.#openClient().stream,
      onStored: () => {
        this.hasStored = true;
      },
      onFailure: (thrown) => options.onUnstored(thrown),
    });
  }

  /** To be called once. Throws where certificate, key or authority cannot be read. */
  open(): void {
    const { settings, clock, onHeard } = this.#options;
    const client = connect(clientOptions(settings, clock));
    this.#client = client;
    this.#state = 'open';
    client.handleMessage = (packet, next) => this.#take(packet, next);
    client.on('packetreceive', onHeard);
    client.on('connect', ({ sessionPresent }) => this.#subscribe(client, sessionPresent));
    // Whatever it is: after a packet that breaks the protocol the connection must not be used any more.
    client.on('error', (thrown) => this.drop(brokerTrouble(thrown)));
    client.on('close', () => this.#closed());
    // A socket whose other side has ended ends itself, and would let out what waits in it.
    client.stream.once('end', () => client.stream.destroy());
    this.#patience = clock.after(ARRIVE_TIMEOUT_MS, () => this.drop(TOO_LATE));
  }

  /** Ends it at once; `onClosed` follows. */
  drop(trouble: string): void {
    this.#trouble ??= trouble;
    this.#client?.stream.destroy();
  }

  /** Nothing is being stored any more of what it took. */
  idle(): Promise<void> {
    return this.#gathering.end();
  }

  /** Takes leave, so that the last will is not sent; a broker that does not answer is left without it. */
  async leave(): Promise<void> {
    const isOver = this.#state === 'over' || this.#state === 'new';
    if (!isOver) this.#state = 'leaving';
    await this.idle();
    if (isOver) return;
    const client = this.#openClient();
    if (client.connected) await this.#takeLeave(client);
    await this.#gone(client);
  }

  #take({ topic, payload, retain }: IPublishPacket, next: Next): void {
    const { clock, onMessage } = this.#options;
    onMessage();
    const bytes = typeof payload === 'string' ? Buffer.from(payload) : payload;
    this.#gathering.take({ topic, payload: bytes, receivedAt: clock.now(), retained: retain }, next);
  }

  #subscribe(client: MqttClient, sessionPresent: boolean): void {
    const { topics } = this.#options.settings;
    // One refused topic is an error to the library; the answer itself comes along.
    client.subscribe([...topics], { qos: 1 }, (thrown, _, answer) => {
      if (this.#state !== 'open' || !client.connected) return;
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
    void this.#gathering.end();
    if (wasOpen) this.#options.onClosed(this.#trouble);
  }

  async #takeLeave(client: MqttClient): Promise<void> {
    const { settings, clock } = this.#options;
    let cancel: Cancel = () => {};
    const late = new Promise<void>((resolve) => {
      cancel = clock.after(LEAVE_TIMEOUT_MS, resolve);
    });
    const gone = new Promise<void>((resolve) => {
      client.once('close', resolve);
    });
    const said = client
      .publishAsync(willTopic(settings), 'offline', { qos: 1, retain: true })
      .then(() => client.endAsync())
      // A connection that is lost meanwhile needs no leave.
      .catch(() => {});
    await Promise.race([said, late, gone]);
    cancel();
  }

  async #gone(client: MqttClient): Promise<void> {
    if (client.stream.closed) return;
    const closed = new Promise((resolve) => {
      client.stream.once('close', resolve);
    });
    // `end` does nothing more where it has been called before.
    client.stream.destroy();
    await closed;
  }

  #openClient(): MqttClient {
    if (this.#client === null) throw new Error('the link is not open');
    return this.#client;
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

function clientOptions(settings: MqttSettings, clock: Clock): IClientOptions {
  const { clientId, username, password, ca, certificate, key } = settings;
  const { protocol, hostname, port } = new URL(settings.url);
  return {
    protocol: protocol === 'mqtts:' ? 'mqtts' : 'mqtt',
    host: hostname.replace(/^\[|\]$/g, ''),
    ...(port === '' ? {} : { port: Number(port) }),
    ...{ clientId, clean: false, protocolVersion: 4, keepalive: KEEPALIVE_S, rejectUnauthorized: true },
    // Coming back and subscribing are ours.
    ...{ reconnectPeriod: 0, resubscribe: false, queueQoSZero: false, connectTimeout: ARRIVE_TIMEOUT_MS },
    timerVariant: timersOf(clock),
    will: { topic: willTopic(settings), payload: Buffer.from('offline'), qos: 1, retain: true },
    ...(username === null ? {} : { username }),
    ...(password === null ? {} : { password }),
    ...(ca === null ? {} : { ca }),
    ...(certificate === null ? {} : { cert: certificate }),
    ...(key === null ? {} : { key }),
  };
}

/** The library's timers for its signs of life, by our clock. */
function timersOf(clock: Clock): Exclude<IClientOptions['timerVariant'], string | undefined> {
  const cancels = new Map<number, Cancel>();
  let last = 0;
  return {
    set(run, periodMs) {
      last += 1;
      cancels.set(
        last,
        clock.every(periodMs ?? 0, () => run()),
      );
      return last;
    },
    clear(id) {
      cancels.get(id)?.();
      cancels.delete(id);
    },
  };
}
