import { mapScheme } from '../address.ts';
import { problem, strict } from '../record.ts';
import { app } from './app.ts';

type Handler = (request: Request) => Response | Promise<Response>;
interface Privileges {
  readonly standard?: boolean;
  readonly secure?: boolean;
  readonly bypassCSP?: boolean;
  readonly supportFetchAPI?: boolean;
}

const handlers = new Map<string, Handler>();
const privileged = new Set<string>();

/** The answer of the application's own handler, or undefined where the scheme has none. */
export const answerRequest = async (request: Request): Promise<Response | undefined> => {
  const handler = handlers.get(new URL(request.url).protocol.slice(0, -1));
  return handler && (await handler(request));
};

export const protocol = strict('protocol', {
  registerSchemesAsPrivileged: (schemes: readonly { scheme: string; privileges?: Privileges }[]): void => {
    if (app.isReady()) throw new Error('protocol.registerSchemesAsPrivileged should be called before app is ready');
    for (const { scheme, privileges = {} } of schemes) {
      if (!privileges.standard || !privileges.secure) problem(`the scheme ${scheme} is not standard and secure`);
      if (privileges.bypassCSP) problem(`the scheme ${scheme} bypasses the content security policy`);
      privileged.add(scheme);
      mapScheme(scheme);
    }
  },
  handle: (scheme: string, handler: Handler): void => {
    if (!app.isReady()) throw new Error('protocol.handle can only be used after app is ready');
    if (!privileged.has(scheme)) problem(`protocol.handle: the scheme ${scheme} was not registered as privileged`);
    if (handlers.has(scheme)) throw new Error(`The scheme has been registered: ${scheme}`);
    handlers.set(scheme, handler);
  },
  unhandle: (scheme: string): void => void handlers.delete(scheme),
  isProtocolHandled: (scheme: string): boolean => handlers.has(scheme),
});
