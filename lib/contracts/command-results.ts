/**
 * What a device answers to each command, as it is stored and shown: one shape for whoever reads it back and whoever
 * draws it. Figures are finite; texts are text only.
 */
import { z } from 'zod';
import { plainName } from '../plain-name';
import type { CommandName } from './diagnostics';

const figure = z.number().min(-1e9).max(1e9);
const line = z
  .string()
  .max(1_000)
  .transform((text) => plainName(text, 128));
const channel = z.object({
  channel: z.union([figure, line]),
  signal_dbm: figure.nullish(),
  networks: figure.nullish(),
});

export const COMMAND_RESULTS = {
  /** There and back: the mean, and of how many packets. */
  ping_latency: z.object({
    latency_ms: figure.min(0),
    min_ms: figure.nullish(),
    max_ms: figure.nullish(),
    sent: figure.nullish(),
    lost: figure.nullish(),
  }),
  firmware_version: z.object({ firmware_version: line }),
  signal_strength: z.object({ signal_dbm: figure }),
  channel_scan: z.object({
    channels: z.array(channel).max(256),
    best_channel: z.union([figure, line]).nullish(),
    duration_ms: figure.nullish(),
  }),
  reboot_module: z.object({ rebooted: z.literal(true) }),
} as const satisfies Record<CommandName, z.ZodType>;
