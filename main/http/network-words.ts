/** What the operating system says of a failed connection, as a person would: the code stays out of the sentence. */
const WORDS: readonly (readonly [RegExp, string])[] = [
  [/ECONNREFUSED/, 'nothing listens at this port'],
  [/EHOSTUNREACH|ENETUNREACH|EHOSTDOWN/, 'there is no way to this address'],
  [/ENOTFOUND|EAI_AGAIN/, 'no device on this network has this name'],
  [/ETIMEDOUT/, 'no answer came in time'],
  [/wrong version number|packet length too long/, 'it does not encrypt at this port'],
  [/ECONNRESET|EPIPE|socket hang up|disconnected before/, 'it broke the connection off'],
  [/SSL routines|EPROTO/, 'no encryption could be agreed on with it'],
  [/Parse Error|HPE_/, 'it does not speak HTTP there'],
];

/** The cause in plain words; a message that is already plain stays as it is. */
export const plainCause = (why: string): string => WORDS.find(([code]) => code.test(why))?.[1] ?? why;
