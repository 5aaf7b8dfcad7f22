'use client';
/** A secret, this once: it stays until somebody says that he has it, and is nowhere to be had afterwards. */
import { useEffect, useRef } from 'react';
import { useTranslations } from 'use-intl';
import type { NewSecret } from '../../lib/contracts/access';
import { useAddress } from '../ui/use-address';
import { apart } from './apart';
import { CopyField } from './copy-field';
import { ProblemMark } from './problem-line';

export interface NewSecretPanelProps {
  readonly made: NewSecret;
  readonly onClose: () => void;
}

export function NewSecretPanel({ made, onClose }: NewSecretPanelProps) {
  const t = useTranslations('machines');
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <section className="panel form secret" aria-labelledby="secret-title">
      <h2 id="secret-title" ref={heading} tabIndex={-1}>
        {t.rich('secretTitle', { name: made.machine.name, n: apart })}
      </h2>
      <p className="problem">
        <ProblemMark />
        {t('secretOnce')}
      </p>
      <CopyField label={t('clientId')} text={made.clientId} />
      <CopyField label={t('secret')} text={made.secret} />
      <TokenExample clientId={made.clientId} />
      <p className="form-ways">
        <button type="button" className="button button-main" onClick={onClose}>
          {t('secretKept')}
        </button>
      </p>
    </section>
  );
}

/** How a machine gets its token. The secret stands in a variable, so that it is in nobody's list of commands. */
export function TokenExample({ clientId }: { clientId: string | null }) {
  const t = useTranslations('machines');
  const origin = useAddress('origin');
  return (
    <div className="field">
      <span>{t('example')}</span>
      <pre className="command">
        <code>
          {`curl -u "${clientId ?? '$CLIENT_ID'}:$SECRET" -d grant_type=client_credentials ${origin}/oauth/token`}
        </code>
      </pre>
    </div>
  );
}
