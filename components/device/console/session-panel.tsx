'use client';
/** One session, whole: its state, live charts, commands, their history, its end; or the form that begins one. */
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { MetricKey, SessionResponse } from '../../../lib/contracts/diagnostics';
import { ListState } from '../../access/list-state';
import { CommandHistory } from './command-history';
import { CommandPanel } from './command-panel';
import { EndDialog } from './end-dialog';
import { CHARTED, MetricChart } from './metric-chart';
import { OtherFigures } from './other-figures';
import { SessionHead } from './session-head';
import { StartForm } from './start-form';
import { type ShownSession, useSession } from './use-session';

/** To be given another key for another interaction. */
export function SessionPanel({ interactionId }: { interactionId: string }) {
  const shown = useSession(interactionId);
  const { response, isNone, polled } = shown;
  const [isAnew, setAnew] = useState(false);
  const started = () => {
    setAnew(false);
    polled.refresh();
  };
  if (isNone || (isAnew && response !== null && response.session.endedAt !== null)) {
    return <StartForm interactionId={interactionId} onStarted={started} />;
  }
  return (
    <ListState
      polled={{ ...polled, answer: response, answeredAt: response?.serverTime ?? null }}
      empty={null}
    >
      {response !== null && <Session shown={shown} response={response} onAnew={() => setAnew(true)} />}
    </ListState>
  );
}

interface SessionProps {
  readonly shown: ShownSession;
  readonly response: SessionResponse;
  readonly onAnew: () => void;
}

function Session({ shown: { feed, isAway, polled }, response, onAnew }: SessionProps) {
  const t = useTranslations('diagnostics');
  const [isEnding, setEnding] = useState(false);
  const { session, mayRun, serverTime } = response;
  const isOpen = session.endedAt === null;
  const isStale = !isOpen || session.state === 'DISCONNECTED' || feed.link !== 'live';
  const values = newestValues(session.windows, feed.values);
  return (
    <div className="session" data-link={feed.link}>
      <SessionHead session={session} now={serverTime} />
      <div className="session-columns">
        <div className="session-column">
          <div className="metrics">
            {CHARTED.map((metric) => (
              <MetricChart
                key={metric.key}
                metric={metric}
                series={feed.series.get(metric.key) ?? []}
                value={values.get(metric.key) ?? null}
                isStale={isStale}
              />
            ))}
          </div>
          <OtherFigures {...{ values, isStale }} breaches={session.breaches} />
          <CommandHistory commands={session.commands} now={serverTime} />
        </div>
        <div className="session-column">
          <CommandPanel {...{ session, mayRun, isAway }} onAsked={polled.refresh} />
          <p className="form-ways session-ways">
            {isOpen ? (
              <button type="button" className="button" onClick={() => setEnding(true)}>
                {t('endOpen')}
              </button>
            ) : (
              <button type="button" className="button button-main" onClick={onAnew}>
                {t('startAnew')}
              </button>
            )}
            <a
              className="button"
              href={`/v1/diagnostics/${encodeURIComponent(session.interactionId)}/bundle`}
              download
            >
              {t('bundle')}
            </a>
          </p>
        </div>
      </div>
      {isEnding && (
        <EndDialog
          interactionId={session.interactionId}
          onDone={polled.refresh}
          onClose={() => setEnding(false)}
        />
      )}
    </div>
  );
}

/** Of the newest windows, and over them the newest samples. */
function newestValues(
  windows: SessionResponse['session']['windows'],
  samples: ReadonlyMap<MetricKey, number>,
): ReadonlyMap<MetricKey, number> {
  return new Map([...windows.map(({ metric, avg }) => [metric, avg] as const), ...samples]);
}
