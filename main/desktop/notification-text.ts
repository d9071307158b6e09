/** macOS cuts a notification at 256 bytes and others earlier: stay below. */
const MAX_BYTES = 200;

/** At most `maxBytes` of UTF-8, cut between characters, with an ellipsis where something was left out. */
export const cutToBytes = (text: string, maxBytes = MAX_BYTES): string => {
  if (Buffer.byteLength(text) <= maxBytes) return text;
  let cut = '';
  for (const character of text) {
    if (Buffer.byteLength(`${cut}${character}…`) > maxBytes) break;
    cut += character;
  }
  return `${cut.trimEnd()}…`;
};

/** Hours as minutes of the day: 22:30 is 1350. */
export const minutesOf = (
  hours: { readonly from: string; readonly to: string } | null,
): { readonly fromMinute: number; readonly toMinute: number } | null => {
  const minute = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));
  return hours && { fromMinute: minute(hours.from), toMinute: minute(hours.to) };
};

/** Whether `minute` of the local day lies in quiet hours, which may run over midnight. */
export const isQuiet = (
  quiet: { readonly fromMinute: number; readonly toMinute: number } | null,
  minute: number,
): boolean => {
  if (!quiet || quiet.fromMinute === quiet.toMinute) return false;
  const { fromMinute, toMinute } = quiet;
  return fromMinute < toMinute ? minute >= fromMinute && minute < toMinute : minute >= fromMinute || minute < toMinute;
};
