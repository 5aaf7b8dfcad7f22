'use client';
/** What may be asked of the device now, each with the state of its last asking; what is worth trying stands first. */
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import {
  type CommandName,
  type CommandRecord,
  commandResponseSchema,
  type DiagnosticSession,
  type Suggestion,
} from '../../../lib/contracts/diagnostics';
import { ConfirmDialog } from '../../access/confirm-dialog';
import { ProblemLine } from '../../access/problem-line';
import { useDeed } from '../../access/use-deed';
import { callServer } from '../../ui/fetch-json';
import { closedWhy, figure, newestOf, requestId } from './command-words';

const SCAN_DURATIONS = ['10s', '30s', '60s'] as const;
const RISKY: ReadonlySet<CommandName> = new Set(['reboot_module']);

export interface CommandPanelProps {
  readonly session: DiagnosticSession;
  readonly mayRun: readonly CommandName[];
  readonly isAway: boolean;
  readonly onAsked: () => void;
}

export function CommandPanel({ session, mayRun, isAway, onAsked }: CommandPanelProps) {
  const t = useTranslations('diagnostics');
  const [duration, setDuration] = useState<string>('30s');
  const [risky, setRisky] = useState<CommandName | null>(null);
  const [asked, setAsked] = useState<CommandName | null>(null);
  const { isBusy, problem, run, forget } = useDeed<CommandRecord>();
  const shown = useLastNonEmpty(mayRun);
  const why = closedWhy(session, isAway);
  const ask = (command: CommandName) => {
    if (why !== null || isBusy || !mayRun.includes(command)) return;
    setAsked(command);
    const params = command === 'channel_scan' ? { duration } : {};
    run(
      () => execute({ interactionId: session.interactionId, command, params }),
      () => {
        setRisky(null);
        onAsked();
      },
    );
  };
  const press = (command: CommandName) => {
    forget();
    if (why !== null || isBusy) return;
    if (RISKY.has(command)) setRisky(command);
    else ask(command);
  };
  return (
    <section className="panel form commands" aria-label={t('commands')}>
      <h2>{t('commands')}</h2>
      {why !== null && (
        <p className="commands-closed" data-closed={why} id="commands-closed">
          {t(`closed.${why}`)}
        </p>
      )}
      <Suggestions
        suggestions={session.suggestions}
        isClosed={why !== null || isBusy}
        onPress={press}
        mayRun={mayRun}
      />
      <ul className="command-list">
        {shown.map((command) => (
          <li key={command} className="command-row" data-command={command}>
            <CommandButton
              {...{ command, isOff: why !== null || isBusy || !mayRun.includes(command) }}
              describedBy={why === null ? undefined : 'commands-closed'}
              isSending={isBusy && asked === command}
              newest={newestOf(session.commands, command)}
              onPress={() => press(command)}
            />
            {command === 'channel_scan' && (
              <label className="command-param">
                <span aria-hidden="true">{t('for')}</span>
                <select
                  aria-label={t('duration')}
                  value={duration}
                  onChange={(event) => setDuration(event.target.value)}
                >
                  {SCAN_DURATIONS.map((one) => (
                    <option key={one} value={one}>
                      {t('durationSeconds', { seconds: Number.parseInt(one, 10) })}
                    </option>
                  ))}
                </select>
              </label>
            )}
          </li>
        ))}
      </ul>
      {shown.length === 0 && why === null && <p className="form-note">{t('noCommands')}</p>}
      {risky === null && <ProblemLine problem={problem} />}
      {risky !== null && (
        <ConfirmDialog
          title={t('riskyTitle')}
          text={t('riskyText')}
          action={t(`command.${risky}`)}
          {...{ isBusy, problem }}
          onConfirm={() => ask(risky)}
          onClose={() => setRisky(null)}
        />
      )}
    </section>
  );
}

interface CommandButtonProps {
  readonly command: CommandName;
  readonly isOff: boolean;
  readonly isSending: boolean;
  readonly describedBy: string | undefined;
  readonly newest: CommandRecord | null;
  readonly onPress: () => void;
}

function CommandButton({ command, isOff, isSending, describedBy, newest, onPress }: CommandButtonProps) {
  const t = useTranslations('diagnostics');
  return (
    <button
      type="button"
      className="button command-button"
      aria-disabled={isOff}
      aria-describedby={describedBy}
      onClick={onPress}
    >
      <span>{t(`command.${command}`)}</span>
      {(isSending || newest !== null) && (
        <small data-command-state={newest?.state}>
          {isSending ? t('sending') : t(`commandState.${newest?.state ?? 'queued'}`)}
        </small>
      )}
    </button>
  );
}

interface SuggestionsProps {
  readonly suggestions: readonly Suggestion[];
  readonly mayRun: readonly CommandName[];
  readonly isClosed: boolean;
  readonly onPress: (command: CommandName) => void;
}

/** “Signal −89 dBm: run a channel scan”. */
function Suggestions({ suggestions, mayRun, isClosed, onPress }: SuggestionsProps) {
  const t = useTranslations('diagnostics');
  if (suggestions.length === 0) return null;
  return (
    <ul className="suggestions" aria-label={t('suggestions')}>
      {suggestions.map(({ key, metric, value, command }) => (
        <li key={key} data-suggestion={key}>
          <span>
            {metric !== null && t(`measured.${metric}`, { value: value === null ? '' : figure(value) })}
            {command !== null && `: ${t(`advice.${command}`)}`}
          </span>
          {command !== null && mayRun.includes(command) && (
            <button
              type="button"
              className="button"
              aria-disabled={isClosed}
              aria-label={t('tryIt', { command: t(`command.${command}`) })}
              onClick={() => onPress(command)}
            >
              {t('try')}
            </button>
          )}
        </li>
      ))}
    </ul>
  );
}

/** Which commands there are stays while none may be asked just now. */
function useLastNonEmpty(mayRun: readonly CommandName[]): readonly CommandName[] {
  const [known, setKnown] = useState(mayRun);
  if (mayRun.length > 0 && mayRun.join() !== known.join()) setKnown(mayRun);
  return mayRun.length > 0 ? mayRun : known;
}

async function execute(wish: { interactionId: string; command: CommandName; params: object }) {
  const id = requestId(crypto.getRandomValues(new Uint8Array(20)));
  const said = await callServer({
    path: '/v1/diagnostics/execute',
    method: 'POST',
    body: { ...wish, requestId: id },
    schema: commandResponseSchema,
  });
  return said.ok ? { ok: true as const, value: said.value.content.command } : said;
}
