/**
 * The bytes to and from the broker, between a socket and the MQTT library. What has arrived on this machine is handed
 * on also when the connection is gone: a broker that saves after it acknowledges, and dies, has left it nowhere else.
 * So it reads ahead, up to a bound; reads once more before it writes, for a socket is closed with all that is unread
 * in it by a write that fails; and closes itself only when all of it is read. What is written to a dead connection is
 * dropped. Ending, or the broker's end, never lets out what is corked.
 */
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { Duplex, type Writable } from 'node:stream';
import { connect as connectTls } from 'node:tls';

export interface BrokerAddress {
  /** `mqtt:` or `mqtts:`, host and port. */
  readonly url: string;
  /** PEM; `null`: the system's own authorities, no certificate of our own. */
  readonly ca: string | null;
  readonly certificate: string | null;
  readonly key: string | null;
}

/** Bytes read ahead; then the broker waits. */
const READ_AHEAD = 4_194_304;
const [PORT, TLS_PORT] = [1_883, 8_883];

/** Throws where certificate, key or authority cannot be read. */
export function openSocket({ url, ca, certificate, key }: BrokerAddress): Socket {
  const { protocol, hostname, port } = new URL(url);
  const host = hostname.replace(/^\[|\]$/g, '');
  if (protocol !== 'mqtts:') return connectTcp({ host, port: Number(port) || PORT, noDelay: true });
  const socket = connectTls({
    ...{ host, port: Number(port) || TLS_PORT },
    ...(isIP(host) === 0 ? { servername: host } : {}),
    ...(ca === null ? {} : { ca }),
    ...(certificate === null ? {} : { cert: certificate }),
    ...(key === null ? {} : { key }),
  });
  return socket.setNoDelay(true);
}

export class BrokerStream extends Duplex {
  readonly #socket: Socket;
  readonly #defer: (run: () => void) => void;

  /** `defer`: runs a function after what has arrived is read. */
  constructor(socket: Socket, defer: (run: () => void) => void) {
    super({ readableHighWaterMark: READ_AHEAD });
    this.#socket = socket;
    this.#defer = defer;
    socket.on('data', (chunk) => {
      if (!this.push(chunk)) socket.pause();
    });
    socket.once('close', () => this.push(null));
  }

  /** All that was read has been taken in, and nothing more comes. */
  override pipe<T extends NodeJS.WritableStream>(reader: T, options?: { end?: boolean }): T {
    reader.once('finish', () => this.destroy());
    return super.pipe(reader, options);
  }

  override _read(): void {
    this.#socket.resume();
  }

  override _write(chunk: Buffer, _: BufferEncoding, done: () => void): void {
    this.#defer(() => {
      if (this.#socket.writable) this.#socket.write(chunk, () => done());
      else done();
    });
  }

  override _writev(chunks: Parameters<NonNullable<Writable['_writev']>>[0], done: () => void): void {
    this._write(Buffer.concat(chunks.map(({ chunk }) => chunk)), 'binary', done);
  }

  override _final(done: () => void): void {
    this.#socket.end(() => done());
  }

  override _destroy(thrown: Error | null, done: (thrown: Error | null) => void): void {
    this.#socket.destroy();
    done(thrown);
  }
}
