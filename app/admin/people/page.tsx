import { PeoplePage } from '../../../components/access/people-page';
import { type Query, themeOf } from '../../../components/ui/query';

export default async function AdminPeoplePage({ searchParams }: { searchParams: Promise<Query> }) {
  return <PeoplePage theme={themeOf(await searchParams)} />;
}
