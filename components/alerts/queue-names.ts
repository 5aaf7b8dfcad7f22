'use client';
/** The queues of this server by id, as the live picture names them. */
import { useMemo } from 'react';
import { parseSubject } from '../../lib/ids';
import { usePicture } from '../live/use-live';

export interface NamedQueue {
  readonly id: string;
  readonly name: string;
}

/** By name. */
export function useQueues(): readonly NamedQueue[] {
  const picture = usePicture();
  return useMemo(() => {
    const found = new Map<string, string>();
    for (const { subject, name } of picture?.subjects.values() ?? []) {
      const parsed = parseSubject(subject);
      if (parsed?.kind === 'queue' && parsed.mediaType === null) found.set(parsed.id, name);
    }
    return [...found]
      .map(([id, name]) => ({ id, name }))
      .sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
  }, [picture]);
}

/** The id itself where no such queue is known. */
export function queueName(queues: readonly NamedQueue[], id: string): string {
  return queues.find((queue) => queue.id === id)?.name ?? id;
}
