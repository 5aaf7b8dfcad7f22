import { AnnouncementsPage } from '../../../components/announcements/announcements-page';
import { titled } from '../../../components/ui/page-title';
import { type Query, themeOf } from '../../../components/ui/query';

export const generateMetadata = titled((words) => words.announcements.title);

export default async function EveryAnnouncementPage({ searchParams }: { searchParams: Promise<Query> }) {
  return <AnnouncementsPage theme={themeOf(await searchParams)} />;
}
