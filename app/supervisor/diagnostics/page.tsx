import '../../../components/device/console/console.css';
import { interactionIdOf } from '../../../components/device/console/session-list';
import { SessionsPage } from '../../../components/device/console/sessions-page';
import { titled } from '../../../components/ui/page-title';
import { type Query, themeOf } from '../../../components/ui/query';

export const generateMetadata = titled((words) => words.diagnostics.title);

export default async function DiagnosticSessionsPage({ searchParams }: { searchParams: Promise<Query> }) {
  const query = await searchParams;
  return <SessionsPage theme={themeOf(query)} interactionId={interactionIdOf(query.conversationId)} />;
}
