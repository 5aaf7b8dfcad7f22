/** @type {import('next').NextConfig} */
const nextConfig = {
  // What answers tell browsers is set by the server in front of the pages.
  poweredByHeader: false,
  reactStrictMode: true,
  // `npm run typecheck` checks the types of the whole house; a start of the demo need not do it once more.
  typescript: { ignoreBuildErrors: true },
};

export default nextConfig;
