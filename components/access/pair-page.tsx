'use client';
/**
 * What a television shows that belongs to nobody yet: its code, what to do with it, and how long it is still good; all
 * of it legible across a room. It needs no hand, and shows no name and no figure. Paired, it goes to its board.
 */
import { type CSSProperties, Fragment, useEffect, useState, useSyncExternalStore } from 'react';
import { useTranslations } from 'use-intl';
import { meSchema, pairingStateSchema } from '../../lib/contracts/access';
import { formatDuration } from '../../lib/format';
import { unitPercent } from '../board/scale';
import { MEASURE } from '../board/tile-plan';
import { useIdleCursor, useWakeLock } from '../board/use-unattended';
import { browserClock, browserRandom } from '../live/clock';
import { callServer } from '../ui/fetch-json';
import { useAddress } from '../ui/use-address';
import { breadthOf } from './code-breadth';
import { type PairingMoment, type PairingQuestions, PairingSession } from './pairing-session';
import type { PairingScreen } from './pairing-state';

/** How large the screen is, and where its readers sit, is not known before it is paired: what is most common. */
const UNKNOWN_SCREEN = { diagonalInches: 55, distanceMetres: 8 };
const GROUP = 3;

export function PairPage({ theme }: { theme: 'dark' | 'light' }) {
  const moment = usePairing();
  const host = useAddress('host');
  const idle = useIdleCursor();
  useWakeLock();
  return <PairFace {...{ ...moment, theme, host, idle }} />;
}

export interface PairFaceProps extends PairingMoment {
  readonly theme: 'dark' | 'light';
  /** Of this page's own address; '' where it is not known yet. */
  readonly host: string;
  readonly idle: boolean;
}

/** One moment of it, as it is drawn. */
export function PairFace({ screen, leftMs, theme, host, idle }: PairFaceProps) {
  const t = useTranslations('pair');
  const style = {
    '--u': `${unitPercent(UNKNOWN_SCREEN)}vmin`,
    '--pad': MEASURE.pad,
    '--gap': MEASURE.gap,
  } as CSSProperties;
  return (
    <main
      className="screen pair"
      data-theme={theme}
      data-idle={idle}
      data-pairing={screen.state}
      style={style}
    >
      <header className="head">
        <span className="head-name">{t('product')}</span>
        <h1 className="pair-title">{t('title')}</h1>
      </header>
      <Code screen={screen} />
      {isOnItsWay(screen) && (
        <ol className="pair-steps">
          <li>
            <span>{t('open')}</span> <Address host={host} />
          </li>
          <li>{t('enter')}</li>
        </ol>
      )}
      <Foot screen={screen} leftMs={leftMs} />
    </main>
  );
}

/** What is to be done with a code has its place where there is one, or is about to be. */
function isOnItsWay(screen: PairingScreen): boolean {
  return screen.state === 'showing' || (screen.state !== 'going' && screen.trouble === null);
}

/** Where there is no code, why; the foot says it to those who hear the page. */
function Code({ screen }: { screen: PairingScreen }) {
  const t = useTranslations('pair');
  if (screen.state !== 'showing') {
    return (
      <p className="panel pair-code pair-none" aria-hidden="true">
        <span key={stateWord(screen)}>{t(stateWord(screen))}</span>
      </p>
    );
  }
  const groups = [screen.code.slice(0, GROUP), screen.code.slice(GROUP)] as const;
  const [first, second] = [breadthOf(groups[0]), breadthOf(groups[1])];
  const breadths = { '--beside': first + second, '--under': Math.max(first, second) } as CSSProperties;
  return (
    <p className="panel pair-code" data-code={screen.code}>
      <span className="unseen">{t('code', { code: [...screen.code].join(' ') })}</span>
      <span className="pair-letters" style={breadths} aria-hidden="true">
        <span>{groups[0]}</span>
        <span>{groups[1]}</span>
      </span>
    </p>
  );
}

/** Is broken before its path, and only where that is not enough where a part of it ends. */
function Address({ host }: { host: string }) {
  return (
    <b className="pair-address">
      <span>
        {host.split(/(?<=[.:-])/).map((part, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: parts of one text.
          <Fragment key={index}>
            {part}
            <wbr />
          </Fragment>
        ))}
      </span>
      <span>
        /supervisor
        <wbr />
        /screens
      </span>
    </b>
  );
}

/** What is heard is the state; the seconds are only seen, and not beside words that they do not belong to. */
function Foot({ screen, leftMs }: PairingMoment) {
  const t = useTranslations('pair');
  const isShowing = screen.state === 'showing';
  const left = formatDuration(Math.ceil(leftMs / 1_000) * 1_000, 'down').text;
  const part = isShowing && screen.lifeMs > 0 ? leftMs / screen.lifeMs : 0;
  return (
    <footer className={isShowing ? 'foot' : 'unseen'}>
      <span role="status">{t(stateWord(screen))}</span>
      {isShowing && screen.trouble === null && (
        <span className="foot-more" aria-hidden="true">
          {left}
        </span>
      )}
      <span className="pair-left" style={{ transform: `scaleX(${part.toFixed(4)})` }} aria-hidden="true" />
    </footer>
  );
}

/** Under `pair` in the catalogue. */
function stateWord(screen: PairingScreen): string {
  if (screen.state === 'going') return 'going';
  if (screen.trouble !== null) return screen.trouble;
  return screen.state === 'showing' ? 'waiting' : 'asking';
}

function usePairing(): PairingMoment {
  const [session] = useState(
    () =>
      new PairingSession({
        questions: QUESTIONS,
        clock: browserClock,
        random: browserRandom,
        go: (path) => window.location.replace(path),
      }),
  );
  useEffect(() => session.start(), [session]);
  return useSyncExternalStore(session.subscribe, session.moment, session.moment);
}

const PAIRING = { path: '/api/v1/pairing', schema: pairingStateSchema } as const;
const QUESTIONS: PairingQuestions = {
  async who(signal) {
    const me = await callServer({ path: '/api/v1/me', schema: meSchema, signal });
    return me.ok ? { ok: true, value: me.value.content.screen?.path ?? null } : me;
  },
  async newCode(signal) {
    const said = await callServer({ ...PAIRING, method: 'POST', signal });
    return said.ok ? { ok: true, value: said.value.content } : said;
  },
  async entered(signal) {
    const said = await callServer({ ...PAIRING, signal });
    return said.ok ? { ok: true, value: said.value.content } : said;
  },
};
