'use client';
/** Begins a session: of the device that is known of this conversation, or of the one that the customer reads out. */
import { type FormEvent, useState } from 'react';
import { useTranslations } from 'use-intl';
import { type AgentDevice, agentDeviceSchema } from '../../../lib/contracts/device';
import { type CommandName, sessionResponseSchema } from '../../../lib/contracts/diagnostics';
import { ProblemLine } from '../../access/problem-line';
import { useDeed } from '../../access/use-deed';
import { callServer } from '../../ui/fetch-json';
import { usePolled } from '../../ui/use-polled';
import { requestId } from './command-words';

const RETRY_MS = 5_000;
/** Quick, and harm nobody. */
const FIRST: readonly CommandName[] = ['ping_latency', 'signal_strength', 'firmware_version'];

export interface StartFormProps {
  readonly interactionId: string;
  readonly onStarted: () => void;
}

export function StartForm({ interactionId, onStarted }: StartFormProps) {
  const path = `/api/v1/agent/device?conversationId=${encodeURIComponent(interactionId)}`;
  const { answer, failure } = usePolled(path, agentDeviceSchema, RETRY_MS, 'answered');
  const t = useTranslations('diagnostics');
  if (answer === null && failure === null) return <p className="note">{t('asking')}</p>;
  return <Fields known={answer} {...{ interactionId, onStarted }} />;
}

function Fields({ known, interactionId, onStarted }: StartFormProps & { known: AgentDevice | null }) {
  const t = useTranslations('diagnostics');
  /** `null`: nobody has written here, so what is known stands. */
  const [customer, setCustomer] = useState<string | null>(null);
  const [device, setDevice] = useState<string | null>(null);
  const [commands, setCommands] = useState<readonly CommandName[]>(FIRST);
  const { isBusy, problem, run } = useDeed<unknown>();
  const customerId = customer ?? known?.customerId ?? '';
  const deviceId = device ?? known?.telemetry.deviceId ?? '';
  const submit = (event: FormEvent) => {
    event.preventDefault();
    run(
      () => initiate({ interactionId, customerId: customerId.trim(), deviceId: deviceId.trim(), commands }),
      onStarted,
    );
  };
  return (
    <form className="panel form start" onSubmit={submit} data-start>
      <h2>{t('startTitle')}</h2>
      {known?.telemetry.reason != null && <p className="form-note">{t('askSerial')}</p>}
      <div className="start-fields">
        <p className="field">
          <label htmlFor="start-customer">{t('customer')}</label>
          <input
            id="start-customer"
            required
            maxLength={64}
            value={customerId}
            onChange={(event) => setCustomer(event.target.value)}
          />
        </p>
        <p className="field">
          <label htmlFor="start-device">{t('serial')}</label>
          <input
            id="start-device"
            required
            maxLength={128}
            value={deviceId}
            onChange={(event) => setDevice(event.target.value)}
          />
        </p>
      </div>
      <fieldset className="field">
        <legend>{t('runFirst')}</legend>
        <div className="role-boxes">
          {FIRST.map((command) => (
            <label key={command} className="role">
              <input
                type="checkbox"
                checked={commands.includes(command)}
                onChange={({ target }) =>
                  setCommands(
                    FIRST.filter((one) => (one === command ? target.checked : commands.includes(one))),
                  )
                }
              />
              {t(`command.${command}`)}
            </label>
          ))}
        </div>
      </fieldset>
      <ProblemLine problem={problem} />
      <p className="form-ways">
        <button type="submit" className="button button-main" aria-disabled={isBusy}>
          {t('start')}
        </button>
      </p>
    </form>
  );
}

interface Wish {
  readonly interactionId: string;
  readonly customerId: string;
  readonly deviceId: string;
  readonly commands: readonly CommandName[];
}

function initiate({ commands, ...wish }: Wish) {
  const id = requestId(crypto.getRandomValues(new Uint8Array(20)));
  return callServer({
    path: '/v1/diagnostics/initiate',
    method: 'POST',
    body: { ...wish, requestedCommands: commands, requestId: id },
    schema: sessionResponseSchema,
  });
}
