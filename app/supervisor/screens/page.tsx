import { ScreensPage } from '../../../components/access/screens-page';
import { titled } from '../../../components/ui/page-title';
import { type Query, themeOf } from '../../../components/ui/query';
import messages from '../../../messages/en.json';

export const metadata = titled(messages.screens.title);

export default async function EveryScreenPage({ searchParams }: { searchParams: Promise<Query> }) {
  return <ScreensPage theme={themeOf(await searchParams)} />;
}
