import { PeoplePage } from '../../../components/access/people-page';
import { titled } from '../../../components/ui/page-title';
import { type Query, themeOf } from '../../../components/ui/query';

export const generateMetadata = titled((words) => words.people.title);

export default async function AdminPeoplePage({ searchParams }: { searchParams: Promise<Query> }) {
  return <PeoplePage theme={themeOf(await searchParams)} />;
}
