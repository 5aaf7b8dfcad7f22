import { ScreensPage } from '../../../components/access/screens-page';
import { type Query, themeOf } from '../../../components/ui/query';

export default async function EveryScreenPage({ searchParams }: { searchParams: Promise<Query> }) {
  return <ScreensPage theme={themeOf(await searchParams)} />;
}
