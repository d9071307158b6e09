import { fromBrowser } from '../address.ts';
import type { Session } from '../cdp.ts';
import { record } from '../record.ts';
import { answerRequest } from './protocol.ts';
import { defaultSession } from './session.ts';

/** A request of the page that Chromium holds until it is answered, failed or let through. */
export interface PausedRequest {
  readonly requestId: string;
  readonly frameId: string;
  readonly resourceType: string;
  readonly request: {
    readonly url: string;
    readonly method: string;
    readonly headers: Record<string, string>;
    readonly postData?: string;
  };
}

/**
 * Every request of a page in Electron's order: navigation events, the session's webRequest, the scheme's handler. What
 * belongs to no scheme of the application goes to the network, is recorded, and finds no host there.
 */
export const answerPaused = async (
  page: Session,
  { requestId, request, resourceType }: PausedRequest,
  navigationPrevented: (url: string) => boolean,
): Promise<void> => {
  const address = fromBrowser(request.url);
  const isOurs = address !== request.url;
  const fail = () => page.send('Fetch.failRequest', { requestId, errorReason: 'Aborted' });
  if (resourceType === 'Document' && navigationPrevented(address)) return void (await fail());
  if (await defaultSession._cancels(address)) {
    if (!isOurs) record.foreignRequests.push({ url: address, fate: 'cancelled' });
    return void (await fail());
  }
  if (!isOurs) {
    if (/^https?:/.test(address)) record.foreignRequests.push({ url: address, fate: 'let through' });
    return void (await page.send('Fetch.continueRequest', { requestId }));
  }
  const { method, headers, postData } = request;
  const answer = await answerRequest(
    new Request(address, { method, headers, ...(postData ? { body: postData } : {}) }),
  );
  if (!answer) return void (await fail());
  await page.send('Fetch.fulfillRequest', {
    requestId,
    responseCode: answer.status,
    responseHeaders: [...answer.headers].map(([name, value]) => ({ name, value })),
    body: Buffer.from(await answer.arrayBuffer()).toString('base64'),
  });
};
