/** The letters that an SMS carries 160 of: GSM 03.38, the basic set without its two-place extension. One other sign makes it 70. */
const GSM =
  '@£$¥èéùìòÇ\nØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà';
const BASIC = new Set(GSM);

const PLAIN: ReadonlyMap<string, string> = new Map([
  ['–', '-'],
  ['—', '-'],
  ['…', '...'],
  ['’', "'"],
  ['‘', "'"],
  ['“', '"'],
  ['”', '"'],
  ['°', ' deg '],
  ['€', 'EUR'],
  ['\u00a0', ' '],
  ['\u202f', ' '],
  ['[', '('],
  [']', ')'],
  ['{', '('],
  ['}', ')'],
]);

/** A text in the letters of a short message; what has no likeness there becomes a question mark. */
export const toGsm = (text: string): string =>
  [...text.normalize('NFC')]
    .map((sign) => {
      if (BASIC.has(sign)) return sign;
      const bare = sign.normalize('NFD').replace(/\p{M}/gu, '');
      return PLAIN.get(sign) ?? (bare !== '' && [...bare].every((part) => BASIC.has(part)) ? bare : '?');
    })
    .join('')
    .replace(/ {2,}/g, ' ')
    .trim();
