/** Figures of the transcript for the operator. */
import type { Metrics } from '../../runtime/metrics';

export interface TranscriptCounts {
  sent: number;
  /** Requests. */
  failed: number;
  /** Made one of others, where a line was full. */
  merged: number;
  /** Refused by the target, or given up; the session's record has them. */
  dropped: number;
  waiting: () => number;
}

export function createTranscriptCounts(metrics: Metrics): TranscriptCounts {
  const counts: TranscriptCounts = { sent: 0, failed: 0, merged: 0, dropped: 0, waiting: () => 0 };
  const counter = (name: string, help: string, read: () => number) =>
    metrics.counterFrom(`floorcast_transcript_${name}_total`, help, read);
  counter('messages', 'Messages of transcripts that their target took.', () => counts.sent);
  counter('failures', 'Requests with messages of transcripts that failed.', () => counts.failed);
  counter('merged', 'Messages of transcripts that were made one of others.', () => counts.merged);
  counter('dropped', 'Messages of transcripts that were refused or given up.', () => counts.dropped);
  metrics.gaugeFrom('floorcast_transcript_waiting', 'Messages of transcripts that wait.', () =>
    counts.waiting(),
  );
  return counts;
}
