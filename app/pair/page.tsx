import { PairPage } from '../../components/access/pair-page';
import { type Query, themeOf } from '../../components/ui/query';

export default async function PairingPage({ searchParams }: { searchParams: Promise<Query> }) {
  return <PairPage theme={themeOf(await searchParams)} />;
}
