'use client';
/**
 * The alarms of one board as its floor has them, at the desk: what interrupts, how often something did in the last ten
 * minutes, what waits, what is on the shelf; and the addresses that are told.
 */
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { z } from 'zod';
import { type AlarmsResponse, alarmsResponseSchema } from '../../lib/contracts/alarm';
import { boardsResponseSchema } from '../../lib/contracts/api';
import { keepsBoards, linksFor } from '../access/desk-links';
import { ListState } from '../access/list-state';
import { ProblemLine } from '../access/problem-line';
import { useDeed } from '../access/use-deed';
import { useMe } from '../access/use-me';
import { callServer } from '../ui/fetch-json';
import { useMadeName } from '../ui/made-names';
import { usePolled } from '../ui/use-polled';
import { useRemembered } from '../ui/use-remembered';
import { AlarmLine } from './alarm-line';
import { useAlarmTitle } from './alarm-title';
import { FloodLine } from './flood-line';
import { ShelfList } from './shelf-list';
import { WebhooksPanel } from './webhooks-panel';

const ASK_MS = 2_000;
const BOARDS_MS = 30_000;
const acknowledgedSchema = z.object({ acknowledged: z.number() });

export function AlarmsPanel() {
  const t = useTranslations('alarms');
  const madeName = useMadeName();
  const boards = useRemembered('/api/v1/boards', boardsResponseSchema, BOARDS_MS)?.boards ?? [];
  const [chosen, setChosen] = useState<string | null>(null);
  const query = chosen === null ? '' : `?boardId=${encodeURIComponent(chosen)}`;
  const polled = usePolled(`/api/v1/alarms${query}`, alarmsResponseSchema, ASK_MS);
  const { answer } = polled;
  return (
    <section className="alarms" aria-labelledby="alarms-title" data-interruptions={answer?.interruptions}>
      <div className="alarms-head">
        <h2 id="alarms-title">{t('title')}</h2>
        <p className="filter">
          <label htmlFor="alarms-board">{t('board')}</label>
          <select
            id="alarms-board"
            value={chosen ?? answer?.boardId ?? ''}
            onChange={(event) => setChosen(event.target.value)}
          >
            {boards.map(({ id, name }) => (
              <option key={id} value={id}>
                {madeName(name)}
              </option>
            ))}
          </select>
        </p>
        {answer !== null && (
          <p className="alarms-count">
            {t('interruptions')} <b>{answer.interruptions}</b>
          </p>
        )}
      </div>
      <ListState polled={polled} empty={null}>
        {answer !== null && (
          <Lines answer={answer} refresh={polled.refresh} isAway={polled.failure !== null} />
        )}
      </ListState>
    </section>
  );
}

interface LinesProps {
  readonly answer: AlarmsResponse;
  readonly refresh: () => void;
  /** What stands here is what was said last. */
  readonly isAway: boolean;
}

function Lines({ answer, refresh, isAway }: LinesProps) {
  const t = useTranslations('alarms');
  const titleOf = useAlarmTitle();
  const me = useMe();
  const mayShelve = keepsBoards(me);
  const { isBusy, problem, run } = useDeed<number>();
  const [taken, setTaken] = useState<number | null>(null);
  const { alarms, more, flood, interruption, serverTime, boardId } = answer;
  const acknowledge = (key: string) =>
    run(
      () => take({ keys: [key], boardId }),
      (count) => {
        setTaken(count);
        refresh();
      },
    );
  const isEmpty = alarms.length === 0 && flood === null;
  return (
    <div className={`alert-columns ${isAway ? 'is-away' : ''}`}>
      <div className="alert-column">
        <p className="deed-note" role="status">
          {taken !== null && t('taken', { count: taken })}
        </p>
        <ProblemLine problem={problem} />
        {flood !== null && (
          <FloodLine
            {...{ flood, titleOf, now: serverTime, isBusy, flooded: answer.flooded }}
            isInterrupting={interruption?.key === 'flood'}
            onAcknowledge={() => acknowledge('flood')}
          />
        )}
        <ul className="group-cards" aria-label={t('list')} data-alarms={alarms.length + more}>
          {alarms.map((alarm) => (
            <AlarmLine
              key={alarm.key}
              {...{ alarm, titleOf, now: serverTime, isBusy, mayShelve, onShelved: refresh }}
              isInterrupting={interruption?.key === alarm.key}
              onAcknowledge={() => acknowledge(alarm.key)}
            />
          ))}
        </ul>
        {isEmpty && <p className="note">{t('empty')}</p>}
        {more > 0 && <p className="note">{t('more', { count: more })}</p>}
      </div>
      <div className="alert-column">
        <ShelfList
          {...{ titleOf, mayShelve, shelves: answer.shelves }}
          now={serverTime}
          onChanged={refresh}
        />
        {linksFor(me).machines && <WebhooksPanel />}
      </div>
    </div>
  );
}

async function take(body: object) {
  const path = '/api/v1/alarms/acknowledgements';
  const said = await callServer({ path, method: 'POST', body, schema: acknowledgedSchema });
  return said.ok ? ({ ok: true, value: said.value.content.acknowledged } as const) : said;
}
