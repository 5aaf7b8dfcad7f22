/**
 * Opens what makes routing events of the platform's topics: the feed of conversations, and the channels of agents, on
 * the client that has channels to spare. The queues' own channels are the pool's.
 */
import type { RoutingEvent } from '../../../lib/contracts/routing';
import { TOPICS_PER_CHANNEL } from '../shard-plan';
import {
  AGENT_CHANNELS,
  type AgentChannelsOptions,
  type AgentReport,
  createAgentChannels,
} from './agent-channels';
import { createRoutingFeed, type RoutingFeed } from './routing-feed';

export interface RoutingTopicsOptions extends Omit<AgentChannelsOptions, 'agentsOf' | 'onStatus'> {
  readonly onEvent: (event: RoutingEvent) => void;
}

export interface RoutingTopics {
  readonly feed: RoutingFeed;
  /** There may be room for channels of agents, or there is none any more. */
  roomChanged(hasRoom: boolean): void;
  agents(): AgentReport;
  stop(): void;
}

export function openRoutingTopics(options: RoutingTopicsOptions): RoutingTopics {
  const { clock, onEvent } = options;
  const feed: RoutingFeed = createRoutingFeed({
    ...{ clock, onEvent, mostAgents: AGENT_CHANNELS * TOPICS_PER_CHANNEL },
    onAgents: () => channels.changed(),
  });
  const channels = createAgentChannels({
    ...options,
    agentsOf: (channel) => feed.agents.ofChannel(channel, TOPICS_PER_CHANNEL),
    onStatus: feed.agentStatus,
  });
  return {
    feed,
    // Who takes over opens his a while later than who had them closes.
    roomChanged: (hasRoom) => (hasRoom ? channels.changed() : channels.lostRoom()),
    agents: channels.report,
    stop: channels.stop,
  };
}
