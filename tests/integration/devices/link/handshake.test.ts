/** How links open, on real sockets: address, token, certificate, and what becomes of refusals. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Certificates, createCertificates, type Papers } from '../../alerts/certificates';
import { Stage } from './stage';

let stage: Stage;
beforeEach(() => {
  stage = new Stage();
});
afterEach(() => stage.close());

const up = { kind: 'up' };

describe('opening a link', () => {
  it('DEV-60 DEV-61 asks for its device with the token, without compression', async () => {
    stage.link(await stage.serve());
    expect(await stage.state(1)).toEqual(up);
    const { url, headers } = stage.asked[0]?.request ?? { headers: {} };
    expect(url).toBe('/devices/SN%201%2F2');
    expect(headers).toMatchObject({ authorization: 'Bearer s3cret-token' });
    expect(headers).not.toHaveProperty('sec-websocket-extensions');
  });

  it('DEV-68 DEV-72 hears the device, and is heard', async () => {
    const link = stage.link(await stage.serve());
    const heard: string[] = [];
    let answer: (text: string) => void = () => {};
    stage.onAsked = async (asked) => {
      const device = await asked.accept();
      answer = (text) => device.send(text);
      device.on('message', (data) => {
        heard.push(String(data));
        device.send('{"type":"result","id":"c1","ok":true,"result":{"version":"3.2"}}');
      });
    };
    await stage.state(1);
    answer('{"type":"metrics","values":{"signal_dbm":-71}}');
    expect(link.send({ id: 'c1', command: 'firmware_version', params: {} })).toBe(true);
    await stage.until(() => stage.messages.length === 2);
    expect(heard.map((text) => JSON.parse(text))).toEqual([
      { type: 'command', id: 'c1', command: 'firmware_version', params: {} },
    ]);
    const at = stage.clock.now();
    expect(stage.messages).toEqual([
      { kind: 'metrics', at, values: new Map([['signal_dbm', -71]]) },
      { kind: 'result', at, commandId: 'c1', ok: true, result: { version: '3.2' }, error: null },
    ]);
  });

  it.each([
    [403, 'failed', 'the link does not let us in to this device (403)'],
    [404, 'failed', 'the link knows no such device (404)'],
    [500, 'lost', 'the link answered 500'],
  ])('DEV-63 refused with %i has %s', async (status, kind, reason) => {
    stage.onAsked = (asked) => asked.answer(status);
    stage.link(await stage.serve());
    expect(await stage.state(1)).toEqual({ kind, reason });
  });

  it('DEV-61 refused with 401 tries with another token, once', async () => {
    stage.onAsked = (asked) => asked.answer(401);
    stage.link(await stage.serve());
    expect(await stage.state(1)).toEqual({ kind: 'failed', reason: 'the link refuses our token (401)' });
    expect(stage.asked).toHaveLength(2);
  });

  it('DEV-63 follows no redirect, and takes the token nowhere else', async () => {
    const elsewhere = new Stage();
    const location = await elsewhere.serve();
    stage.onAsked = (asked) => asked.answer(307, { location });
    stage.link(await stage.serve());
    const reason = 'refused to follow a redirect of the link (307)';
    expect(await stage.state(1)).toEqual({ kind: 'failed', reason });
    expect(elsewhere.asked).toEqual([]);
    await elsewhere.close();
  });

  it('DEV-63 waits as long as it is asked to', async () => {
    stage.onAsked = (asked) => asked.answer(429, { 'retry-after': '7' });
    stage.link(await stage.serve());
    await stage.state(1);
    stage.onAsked = (asked) => void asked.accept();
    await stage.clock.advanceAsync(6_999);
    expect(stage.asked).toHaveLength(1);
    stage.clock.advance(1);
    expect(await stage.state(2)).toEqual(up);
  });

  it('DEV-63 gives up one that takes the connection and says nothing, or goes on for ever', async () => {
    for (const words of ['', 'HTTP/1.1 101 Switching Protocols\r\nx-slow: ']) {
      const silent = new Stage();
      const isAsked = new Promise<void>((resolve) => {
        void silent
          .serveRaw((socket) => {
            socket.write(words, () => resolve());
          })
          .then((url) => silent.link(url));
      });
      await isAsked;
      silent.clock.advance(5_000);
      expect(await silent.state(1)).toEqual({ kind: 'lost', reason: 'the device did not answer in 5 s' });
      await silent.close();
    }
  });

  it('DEV-67 is lost where nobody is there, and up once somebody is', async () => {
    const gone = new Stage();
    const url = await gone.serve();
    await gone.close();
    const link = stage.link(url);
    expect(await stage.state(1)).toEqual({ kind: 'lost', reason: 'nobody answers at DEVICE_LINK_URL' });
    link.close();
    expect(stage.lines.join()).not.toContain('s3cret');
  });
});

describe('certificates of links', () => {
  let made: Certificates;
  let authority: Papers;
  beforeAll(() => {
    made = createCertificates();
    authority = made.authority('authority');
  });
  afterAll(() => made.remove());

  /** A link over TLS to a server of such a certificate, which believes `ca`. */
  async function linkTo(papers: Papers, ca: Papers | null): Promise<void> {
    const url = await stage.serve({ cert: made.read(papers.certificate), key: made.read(papers.key) });
    stage.link(url, ca === null ? null : made.read(ca.certificate));
  }

  it('DEV-62 are believed where the authority vouches for them', async () => {
    await linkTo(made.issue('link', authority, 'IP:127.0.0.1'), authority);
    expect(await stage.state(1)).toEqual(up);
  });

  it('DEV-62 are not, where nobody known does, or for another host, and the token stays here', async () => {
    const stranger = made.authority('stranger');
    const own = made.issue('own', authority, 'IP:127.0.0.1');
    const elsewhere = made.issue('elsewhere', authority, 'DNS:elsewhere.example');
    const cases = [
      [own, stranger],
      [own, null],
      [elsewhere, authority],
    ] as const;
    for (const [n, [papers, ca]] of cases.entries()) {
      await linkTo(papers, ca);
      expect(await stage.state(n + 1)).toMatchObject({
        kind: 'failed',
        reason: expect.stringContaining('certificate of the link is not to be trusted'),
      });
    }
    expect(stage.asked).toEqual([]);
  });
});
