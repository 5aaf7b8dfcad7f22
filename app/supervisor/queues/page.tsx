import { QueuesPage } from '../../../components/supervisor/queues-page';
import { type Query, themeOf } from '../../../components/ui/query';

export default async function EveryQueuePage({ searchParams }: { searchParams: Promise<Query> }) {
  return <QueuesPage theme={themeOf(await searchParams)} />;
}
