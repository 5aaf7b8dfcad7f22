/**
 * The topic of one agent, `v2.users.{id}.activity`, and what routing needs of its frames: his routing status, and since
 * when. SDK model `UserActivity`: `{id, routingStatus: {status, startTime}, presence, outOfOffice, activeQueueIds}`. Pure.
 */
import { z } from 'zod';

export interface UserStatus {
  /** `IDLE`, `INTERACTING`, `COMMUNICATING`, `NOT_RESPONDING`, `OFF_QUEUE`; others as they come. */
  readonly status: string;
  /** Epoch ms; `null`: it does not say. */
  readonly at: number | null;
}

const SAFE_ID = /^[A-Za-z0-9_-]{1,100}$/;

const bodySchema = z.object({
  routingStatus: z
    .object({
      status: z.string().min(1).max(50),
      startTime: z
        .string()
        .max(40)
        .transform((written) => Date.parse(written))
        .refine(Number.isFinite)
        .nullish()
        .catch(null),
    })
    .nullish(),
});

/** `null`: an id that gives no lawful topic; one bad name would fail the subscriptions of its whole channel. */
export function userActivityTopic(userId: string): string | null {
  return SAFE_ID.test(userId) ? `v2.users.${userId}.activity` : null;
}

/** `null`: it is no activity of a user; `nothing`: it is one, and says nothing of his routing status. */
export function readUserActivity(body: unknown): UserStatus | 'nothing' | null {
  const read = bodySchema.safeParse(body);
  if (!read.success) return null;
  const { routingStatus } = read.data;
  if (routingStatus == null) return 'nothing';
  return { status: routingStatus.status, at: routingStatus.startTime ?? null };
}
