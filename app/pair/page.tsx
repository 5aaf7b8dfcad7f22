import { PairPage } from '../../components/access/pair-page';
import { titled } from '../../components/ui/page-title';
import { type Query, themeOf } from '../../components/ui/query';
import messages from '../../messages/en.json';

export const metadata = titled(messages.pair.title);

export default async function PairingPage({ searchParams }: { searchParams: Promise<Query> }) {
  return <PairPage theme={themeOf(await searchParams)} />;
}
