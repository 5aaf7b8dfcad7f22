import '../../../components/device/console/console.css';
import { ConsolePage } from '../../../components/device/console/console-page';
import { interactionIdOf } from '../../../components/device/console/session-list';
import { titled } from '../../../components/ui/page-title';
import { type Query, themeOf } from '../../../components/ui/query';

export const generateMetadata = titled((words) => words.diagnostics.consoleTitle);

export default async function DiagnosticConsolePage({ searchParams }: { searchParams: Promise<Query> }) {
  const query = await searchParams;
  return <ConsolePage theme={themeOf(query)} interactionId={interactionIdOf(query.conversationId)} />;
}
