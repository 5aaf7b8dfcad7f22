/** What a foreign page, or a program that plays one, may send as its Origin: none of these is `own`. */

export interface OriginVariant {
  readonly name: string;
  readonly value: string;
}

/** `own`: an allowed origin with an explicit port, like `http://127.0.0.1:3000`. Each value can be sent as a header. */
export function originVariants(own: string): readonly OriginVariant[] {
  const { protocol, hostname, port, host } = new URL(own);
  const otherScheme = protocol === 'https:' ? 'http:' : 'https:';
  return [
    { name: 'opaque', value: 'null' },
    { name: 'opaque in capitals', value: 'NULL' },
    { name: 'the word undefined', value: 'undefined' },
    { name: 'another scheme', value: `${otherScheme}//${host}` },
    { name: 'the scheme of sockets', value: `ws://${host}` },
    { name: 'the scheme of files', value: 'file://' },
    { name: 'the scheme of extensions', value: `chrome-extension://${hostname}` },
    { name: 'a scheme in capitals', value: own.replace('http', 'HTTP') },
    { name: 'no scheme', value: `//${host}` },
    { name: 'the host alone', value: host },
    { name: 'no port', value: `${protocol}//${hostname}` },
    { name: 'another port', value: `${protocol}//${hostname}:${Number(port) + 1}` },
    { name: 'the port with a zero in front', value: `${protocol}//${hostname}:0${port}` },
    { name: 'an empty port', value: `${protocol}//${hostname}:` },
    { name: 'two ports', value: `${own}:${port}` },
    { name: 'a dot after the host', value: `${protocol}//${hostname}.:${port}` },
    { name: 'a label in front', value: `${protocol}//evil.${host}` },
    { name: 'letters in front', value: `${protocol}//evil${host}` },
    { name: 'a suffix after the host', value: `${protocol}//${hostname}.evil.test:${port}` },
    { name: 'a suffix after all', value: `${own}.evil.test` },
    { name: 'digits after the port', value: `${own}0` },
    { name: 'a slash at the end', value: `${own}/` },
    { name: 'a path', value: `${own}/screen` },
    { name: 'a question', value: `${own}?` },
    { name: 'a fragment', value: `${own}#` },
    { name: 'user information', value: `${protocol}//evil@${host}` },
    { name: 'ours as user information', value: `${protocol}//${host}@evil.test` },
    { name: 'a blank within', value: `${protocol}// ${host}` },
    { name: 'a tab within', value: `${protocol}//${hostname}\t:${port}` },
    { name: 'a backslash', value: `${protocol}\\\\${host}` },
    { name: 'ours and a foreign one by a comma', value: `${own}, http://evil.test` },
    { name: 'a foreign one and ours by a blank', value: `http://evil.test ${own}` },
    { name: 'ours twice', value: `${own}, ${own}` },
    { name: 'in quotes', value: `"${own}"` },
    { name: 'percent-encoded', value: encodeURIComponent(own) },
    { name: 'a star', value: '*' },
    { name: 'a foreign origin', value: 'http://evil.test' },
  ];
}
