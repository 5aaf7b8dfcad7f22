import { SignInPage } from '../../components/access/sign-in-page';
import { signInQueryOf } from '../../components/access/sign-in-state';
import { titled } from '../../components/ui/page-title';
import { type Query, themeOf } from '../../components/ui/query';

export const generateMetadata = titled((words) => words.signIn.title);

export default async function SigningInPage({ searchParams }: { searchParams: Promise<Query> }) {
  const query = await searchParams;
  return <SignInPage theme={themeOf(query)} {...signInQueryOf(query)} />;
}
