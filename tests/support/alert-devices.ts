/** Devices that publish alerts without a break, each acknowledged by the broker, and the book of what they published. */
import { connectAsync, type MqttClient } from 'mqtt';
import { parseMessage } from '../../server/alerts/parse-message';

const LEVELS = ['critical', 'warning', 'info'] as const;
export const SITES = ['Cork', 'Galway', 'Sligo'] as const;
const DEVICES = 45;
const EACH_MS = 20;

export interface PublishedAlert {
  readonly id: string;
  readonly level: string;
  readonly site: string;
}

export class AlertDevices {
  /** The broker has them. */
  readonly published: PublishedAlert[] = [];
  readonly #client: MqttClient;
  readonly #underWay = new Set<Promise<void>>();
  #count = 0;
  #timer: NodeJS.Timeout | undefined;

  private constructor(client: MqttClient) {
    this.#client = client;
  }

  static async connect(url: string): Promise<AlertDevices> {
    return new AlertDevices(await connectAsync(url));
  }

  /** One after the other, fifty a second, until `pause`. */
  go(): void {
    this.#timer ??= setInterval(() => this.#one(), EACH_MS);
  }

  /** Resolves when the broker has all. */
  async pause(): Promise<void> {
    clearInterval(this.#timer);
    this.#timer = undefined;
    await Promise.all(this.#underWay);
  }

  /** So many in all, at once. */
  async upTo(count: number): Promise<void> {
    while (this.#count < count) this.#one();
    await this.pause();
  }

  /** What devices say is taken as it is, and counts as no alert of the book. */
  async say(deviceId: string, body: object): Promise<void> {
    const text = JSON.stringify({ device_id: deviceId, timestamp_ms: Date.now(), ...body });
    await this.#client.publishAsync(`devices/${deviceId}/alerts`, text, { qos: 1 });
  }

  async stop(): Promise<void> {
    await this.pause();
    await this.#client.endAsync(true);
  }

  #one(): void {
    const n = this.#count;
    this.#count += 1;
    const device = `device-${n % DEVICES}`;
    const site = SITES[n % SITES.length] ?? '';
    const level = LEVELS[Math.floor(n / SITES.length) % LEVELS.length] ?? '';
    const body = {
      ...{ device_id: device, site, sensor_type: 'temperature', alert_level: level, reading_value: n },
      ...{ threshold_exceeded: true, timestamp_ms: Date.now(), alert_id: `alert-${n}` },
    };
    const topic = `devices/${device}/alerts`;
    const payload = Buffer.from(JSON.stringify(body));
    const incoming = parseMessage({ topic, payload, receivedAt: Date.now(), retained: false });
    if (incoming.kind !== 'raised') throw new Error('this alert is none');
    const publishing = this.#client.publishAsync(topic, payload, { qos: 1 }).then(() => {
      this.published.push({ id: incoming.id, level, site });
      this.#underWay.delete(publishing);
    });
    this.#underWay.add(publishing);
  }
}
