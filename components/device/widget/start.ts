/** The script of the widget's page: reads what the page brought along, and joins the parts with the real browser. */
import { browserClock, browserRandom } from '../../live/clock';
import { askDevice, askToken } from './asking';
import { openDeviceLink, type TextSocket } from './device-socket';
import { isAllowedOrigin } from './origins';
import { createSignInWindow } from './sign-in-window';
import { createDrawing } from './widget-drawing';
import { WidgetSession } from './widget-session';
import { lookOf, type Tongue, withoutConversation } from './widget-view';
import { FACTS_ID, type WidgetFacts } from './widget-words';

const fetchHere = (path: string, init: RequestInit) => fetch(path, init);

function start(): void {
  // Our own server wrote it, in this shape, into this page.
  const facts = JSON.parse(document.getElementById(FACTS_ID)?.textContent ?? '') as WidgetFacts;
  const { words, locale, conversationId } = facts;
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  const tongue: Tongue = { words, locale, timeZone };
  const draw = createDrawing(document);
  if (conversationId === null) draw(withoutConversation(tongue));
  else run(conversationId, facts, tongue, draw);
}

function run(
  conversationId: string,
  { origins, words, locale }: WidgetFacts,
  tongue: Tongue,
  draw: ReturnType<typeof createDrawing>,
): void {
  const session = new WidgetSession(
    {
      ask: (token, signal) => askDevice(fetchHere, { conversationId, token, signal }),
      renew: (token, signal) => askToken(fetchHere, { token, signal, now: browserClock.now }),
      join: (token, listener) =>
        openDeviceLink({
          open: openSocket,
          auth: { ...(token === null ? {} : { token }), conversationId },
          clock: browserClock,
          listener,
        }),
    },
    browserClock,
    browserRandom,
  );
  session.subscribe((moment) => draw(lookOf(moment, tongue)));
  const diagnose = document.getElementById('diagnose');
  const console = `/agent/diagnostics?conversationId=${encodeURIComponent(conversationId)}`;
  // In the language of the page that it is opened from.
  diagnose?.setAttribute('href', `${console}&gcLangTag=${locale}`);
  const signIn = createSignInWindow(openerHere, (token) => session.give(token));
  const note = document.getElementById('note');
  document.getElementById('sign-in')?.addEventListener('click', () => {
    if (note !== null) note.textContent = signIn.open() ? words.signingIn : words.blocked;
  });
  session.subscribe(({ state }) => {
    if (note !== null && state.state !== 'signedOut' && note.textContent !== '') note.textContent = '';
  });
  window.addEventListener('message', ({ origin, data }) => {
    if (isAllowedOrigin(origin, origins)) session.post(data);
  });
  session.start();
}

function openSocket(): TextSocket {
  const { protocol, host } = window.location;
  const address = `${protocol === 'https:' ? 'wss' : 'ws'}://${host}/socket.io/?EIO=4&transport=websocket`;
  // Narrower than a WebSocket: text frames only, and handlers that look at nothing but them.
  return new WebSocket(address) as TextSocket;
}

const openerHere = {
  origin: window.location.origin,
  open: (path: string, name: string, look: string) => window.open(path, name, look),
  onMessage(listener: (event: { origin: string; source: unknown; data: unknown }) => void) {
    window.addEventListener('message', listener);
    return () => window.removeEventListener('message', listener);
  },
};

start();
