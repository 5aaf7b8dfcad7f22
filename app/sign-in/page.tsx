import { SignInPage } from '../../components/access/sign-in-page';
import { signInQueryOf } from '../../components/access/sign-in-state';
import { type Query, themeOf } from '../../components/ui/query';

export default async function SigningInPage({ searchParams }: { searchParams: Promise<Query> }) {
  const query = await searchParams;
  return <SignInPage theme={themeOf(query)} {...signInQueryOf(query)} />;
}
