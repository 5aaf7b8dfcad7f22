import { PairPage } from '../../components/access/pair-page';
import { titled } from '../../components/ui/page-title';
import { type Query, themeOf } from '../../components/ui/query';

export const generateMetadata = titled((words) => words.pair.title);

export default async function PairingPage({ searchParams }: { searchParams: Promise<Query> }) {
  return <PairPage theme={themeOf(await searchParams)} />;
}
