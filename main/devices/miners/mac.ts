/** A MAC without its separators, in capitals: the same device reads the same whatever firmware writes it. */
export const plainMac = (text: string): string => text.replaceAll(/[:-]/g, '').toUpperCase();

export const isMac = (text: string): boolean => /^[0-9A-F]{12}$/.test(plainMac(text));
