import { ScreensPage } from '../../../components/access/screens-page';
import { titled } from '../../../components/ui/page-title';
import { type Query, themeOf } from '../../../components/ui/query';

export const generateMetadata = titled((words) => words.screens.title);

export default async function EveryScreenPage({ searchParams }: { searchParams: Promise<Query> }) {
  return <ScreensPage theme={themeOf(await searchParams)} />;
}
