/**
 * Chromium knows no `app://` here, so the stand-in serves `app://home/…` from the intercepted origin
 * `https://home.app.invalid/…` and translates back wherever the application sees an address.
 */
const schemes = new Set<string>();

export const mapScheme = (scheme: string): void => void schemes.add(scheme);

/** `app://home/x` → `https://home.app.invalid/x`; every other address as it is. */
export const toBrowser = (address: string): string => {
  const match = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]+)(.*)$/i.exec(address);
  const [, scheme, host, rest] = match ?? [];
  if (!scheme || !host || !schemes.has(scheme)) return address;
  return `https://${host}.${scheme}.invalid${rest || '/'}`;
};

/** `https://home.app.invalid/x` → `app://home/x`, also inside `blob:`; every other address as it is. */
export const fromBrowser = (address: string): string => {
  const match = /^(blob:)?https:\/\/([^/?#]+)\.([a-z][a-z0-9+-]*)\.invalid(.*)$/i.exec(address);
  const [, prefix = '', host, scheme, rest = ''] = match ?? [];
  return host && scheme && schemes.has(scheme) ? `${prefix}${scheme}://${host}${rest}` : address;
};
