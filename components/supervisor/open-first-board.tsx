'use client';
/** The way in for who names no board: to the first one that the server lists, as soon as it answers. */
import { useRouter } from 'next/navigation';
import { useEffect } from 'react';
import { useTranslations } from 'use-intl';
import { boardsResponseSchema } from '../../lib/contracts/api';
import { usePolled } from '../ui/use-polled';

const RETRY_MS = 3_000;

export function OpenFirstBoard({ under }: { under: '/supervisor/boards' | '/screen' }) {
  const t = useTranslations('front');
  const router = useRouter();
  const { answer, failure } = usePolled('/api/v1/boards', boardsResponseSchema, RETRY_MS);
  const first = answer?.boards[0]?.id ?? null;
  useEffect(() => {
    if (first !== null) router.replace(`${under}/${encodeURIComponent(first)}`);
  }, [first, router, under]);
  return (
    <main className="front">
      <h1>{t('title')}</h1>
      <p role="status">{failure === null ? t('opening') : t('waiting')}</p>
    </main>
  );
}
