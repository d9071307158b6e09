/** The scheme and host of the page: `app://home/…`. Registered before ready as standard and secure. */
export const SCHEME = 'app';
const HOST = 'home';

/** The one address that a window may show, and the only one whose messages are heard. */
export interface Home {
  readonly url: string;
  /** True in development, when the page comes from a server on this machine. */
  readonly isDevelopment: boolean;
  /** Whether an address is ours: protocol and host exactly, by the URL parser, never by a prefix. */
  owns(address: string): boolean;
}

const originOf = (address: string): string | undefined => {
  if (!URL.canParse(address)) return undefined;
  const { protocol, host, username, password } = new URL(address);
  return username || password ? undefined : `${protocol}//${host}`;
};

/** `developmentUrl` is the address of the development server, and must be undefined in a packaged application. */
export const createHome = (developmentUrl?: string): Home => {
  const url = developmentUrl ?? `${SCHEME}://${HOST}/`;
  const ours = originOf(url);
  return {
    url,
    isDevelopment: developmentUrl !== undefined,
    owns: (address) => ours !== undefined && originOf(address) === ours,
  };
};
