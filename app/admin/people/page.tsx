import { PeoplePage } from '../../../components/access/people-page';
import { titled } from '../../../components/ui/page-title';
import { type Query, themeOf } from '../../../components/ui/query';
import messages from '../../../messages/en.json';

export const metadata = titled(messages.people.title);

export default async function AdminPeoplePage({ searchParams }: { searchParams: Promise<Query> }) {
  return <PeoplePage theme={themeOf(await searchParams)} />;
}
